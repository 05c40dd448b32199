using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <content>Convolutions and matrix products.</content>
internal sealed partial class TfliteImport
{
    private const string KernelNote = "OHWI to HWIO";

    /// <summary>
    /// The dilation of values whose rows and columns were distributed over batches for a dilated convolution (SPACE_TO_BATCH_ND). The values are kept
    /// undivided.
    /// </summary>
    private readonly Dictionary<int, Size2D> blocks = [];

    private void Convolution(TfliteNode node)
    {
        var weight = Kernel(node, 1);
        var (padding, strides, dilation) = (PaddingOf(node), Pair(node, 2, 1, "strides"), Pair(node, 5, 4, "dilations", absent: 1));
        var activation = ActivationOf(node, 3);
        node.Options.Ignore(6);
        var (image, dilated) = Dilated(node, dilation, strides);
        var (filters, height, width, inputs) = ((int)weight.Dimensions[0], (int)weight.Dimensions[1], (int)weight.Dimensions[2], (int)weight.Dimensions[3]);
        var channels = image.Shape[2];
        if (channels % inputs != 0) throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)}; its input has {channels} channels");
        var bias = BiasOf(node, 2);
        var layer = new Conv2D(filters, (height, width), strides, padding, activation?.Function)
        {
            Groups = channels / inputs,
            DilationRate = dilated,
            UseBias = bias is not null
        };
        var output = Add(layer, node, image);
        Fill(layer, "kernel", weight, [1, 2, 3, 0], KernelNote);
        if (bias is not null) Fill(layer, "bias", bias, [0]);
        GiveActivated(node, output, activation);
    }

    private void DepthwiseConvolution(TfliteNode node)
    {
        var weight = Kernel(node, 1);
        var (padding, strides, dilation) = (PaddingOf(node), Pair(node, 2, 1, "strides"), Pair(node, 6, 5, "dilations", absent: 1));
        var activation = ActivationOf(node, 4);
        node.Options.Ignore(3);
        var (image, dilated) = Dilated(node, dilation, strides);
        var (height, width, filters) = ((int)weight.Dimensions[1], (int)weight.Dimensions[2], (int)weight.Dimensions[3]);
        var channels = image.Shape[2];
        if (weight.Dimensions[0] != 1 || filters % channels != 0)
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)}; its input has {channels} channels");
        var bias = BiasOf(node, 2);

        // (1, rows, columns, channel · multiplier) has the memory order of Keras' (rows, columns, channel, multiplier), and that of a kernel with one group for
        // each channel.
        Layer layer = strides.Height == strides.Width
            ? new DepthwiseConv2D(
                (height, width), strides, padding, activation?.Function)
            {
                DepthMultiplier = filters / channels,
                DilationRate = dilated,
                UseBias = bias is not null
            }
            : new Conv2D(
                filters, (height, width), strides, padding, activation?.Function)
            { Groups = channels, DilationRate = dilated, UseBias = bias is not null };
        var output = Add(layer, node, image);
        Fill(layer, "kernel", weight, [0, 1, 2, 3]);
        if (bias is not null) Fill(layer, "bias", bias, [0]);
        GiveActivated(node, output, activation);
    }

    /// <summary>TRANSPOSE_CONV, whose inputs are the shape of the output, the kernel, the image and optionally a bias.</summary>
    private void TransposedConvolution(TfliteNode node)
    {
        var (x, weight) = (Image(node, 2), Kernel(node, 1));
        var (padding, strides) = (PaddingOf(node), Pair(node, 2, 1, "strides"));
        var activation = ActivationOf(node, 3);
        node.Options.Ignore(4);
        var (filters, height, width) = ((int)weight.Dimensions[0], (int)weight.Dimensions[1], (int)weight.Dimensions[2]);
        if (weight.Dimensions[3] != x.Shape[2])
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)}; its input has {x.Shape[2]} channels");
        var (rows, columns) = SizeAfter(node, x, filters);
        var bias = BiasOf(node, 3);
        Size2D? more = padding == Padding.Valid ? null : MoreOf(node, (rows, columns), x, (height, width), strides);
        var cutsActivation = padding == Padding.Valid;
        var layer = new Conv2DTranspose(filters, (height, width), strides, padding, activation?.Function) { UseBias = bias is not null, OutputPadding = more };
        var output = Add(layer, node, x);
        Fill(layer, "kernel", weight, [1, 2, 0, 3], "OHWI to HWOI");
        if (bias is not null) Fill(layer, "bias", bias, [0]);
        if ((output.Shape[0], output.Shape[1]) != (rows, columns))
        {
            // Without padding, a smaller output is the beginning of the full one.
            if (!cutsActivation || output.Shape[0] < rows || output.Shape[1] < columns)
                throw Refused(node, $"has the output size {rows} × {columns} for the input {SymbolicTensor.Print(x.Shape)}, which is not supported");
            output = Apply(new Cropping2D((0, output.Shape[0] - rows), (0, output.Shape[1] - columns)), output);
        }

        GiveActivated(node, output, activation);
    }

    private (int Rows, int Columns) SizeAfter(TfliteNode node, SymbolicTensor x, int filters)
    {
        var sizes = Whole(node, 0);
        if (sizes.Length != 4 || sizes[3] != filters || sizes[1] is < 1 or > 1 << 20 || sizes[2] is < 1 or > 1 << 20)
            throw Refused(node, $"changes the shape {SymbolicTensor.Print(x.Shape)} to {Print(sizes)}");
        return ((int)sizes[1], (int)sizes[2]);
    }

    /// <summary>
    /// The output padding of a transposed convolution with padding: a convolution maps several input sizes to the same output size, and this selects one.
    /// </summary>
    private Size2D? MoreOf(TfliteNode node, (int Rows, int Columns) wanted, SymbolicTensor x, Size2D kernel, Size2D strides)
    {
        if ((wanted.Rows, wanted.Columns) == (x.Shape[0] * strides.Height, x.Shape[1] * strides.Width)) return null;
        var (rows, columns) = (Of(wanted.Rows, x.Shape[0], kernel.Height, strides.Height), Of(wanted.Columns, x.Shape[1], kernel.Width, strides.Width));
        return rows >= 0 && rows < strides.Height && columns >= 0 && columns < strides.Width
            ? (rows, columns)
            : throw Refused(
                node, $"has the output size {wanted.Rows} × {wanted.Columns} for the input {SymbolicTensor.Print(x.Shape)}, which is not supported");

        // Keras: (size − 1) · stride + kernel − 2 · (kernel / 2) + more.
        static int Of(int wanted, int size, int kernel, int stride) => wanted - (((size - 1) * stride) + kernel - (2 * (kernel / 2)));
    }

    private void FullyConnected(TfliteNode node)
    {
        var x = TensorOf(node);
        var weight = Constant(node, 1);
        if (weight.Dimensions.Count != 2) throw Refused(node, $"has a matrix of the shape {Print(weight.Dimensions)}");
        if (node.Options.Byte(1) != 0) throw Refused(node, "has its weights shuffled, which is not supported");
        var (activation, keeps) = (ActivationOf(node, 0), node.Options.Flag(2));
        node.Options.Ignore(3, 4);
        var (units, inputs) = ((int)weight.Dimensions[0], (int)weight.Dimensions[1]);
        if (!keeps && x.Shape.Rank > 1)
        {
            if (x.Shape.Count != inputs)
                throw Refused(
                    node, $"makes several rows of each sample of {SymbolicTensor.Print(x.Shape)} by a matrix of the shape {Print(weight.Dimensions)}, which is "
                    + "not supported");
            x = Flat(x);
        }

        if (x.Shape[^1] != inputs)
            throw Refused(node, $"has a matrix of the shape {Print(weight.Dimensions)}; its input {SymbolicTensor.Print(x.Shape)} has {x.Shape[^1]} features");
        var bias = BiasOf(node, 2);
        var layer = new Dense(units, activation?.Function) { UseBias = bias is not null };
        var output = Add(layer, node, x);
        Fill(layer, "kernel", weight, [1, 0], "transposed");
        if (bias is not null) Fill(layer, "bias", bias, [0]);
        GiveActivated(node, output, activation);
    }

    /// <summary>BATCH_MATMUL: by a constant matrix, or of two values of the network.</summary>
    private void MatrixProduct(TfliteNode node)
    {
        var x = TensorOf(node);
        var (transposesFirst, transposesSecond) = (node.Options.Flag(0), node.Options.Flag(1));
        node.Options.Ignore(2);
        if (Known(node.Inputs[1]) is { } weight)
        {
            long[] sizes = [.. weight.Dimensions.SkipWhile(size => size == 1)];
            if (transposesFirst || weight.Dimensions.Count < 2 || sizes.Length > 2)
                throw Refused(
                    node, $"multiplies {SymbolicTensor.Print(x.Shape)} by a constant of the shape {Print(weight.Dimensions)}, which is not supported");
            var (first, second) = ((int)weight.Dimensions[^2], (int)weight.Dimensions[^1]);
            var layer = new Dense(transposesSecond ? first : second) { UseBias = false };
            var output = Add(layer, node, x);
            Fill(layer, "kernel", weight.Reshaped([first, second]), transposesSecond ? [1, 0] : [0, 1], transposesSecond ? "transposed" : null);
            Give(node, output);
            return;
        }

        var y = TensorOf(node, 1);
        if (x.Shape.Rank != 2 || y.Shape.Rank != 2)
            throw Refused(node, $"multiplies {SymbolicTensor.Print(x.Shape)} by {SymbolicTensor.Print(y.Shape)}; matrices are supported");
        Give(node, Add(new Dot((transposesFirst ? 1 : 2, transposesSecond ? 2 : 1)), node, x, y));
    }

    private void SpaceToBatch(TfliteNode node)
    {
        var x = Image(node);
        var (block, pads) = (Whole(node, 1), Whole(node, 2));
        if (block.Length != 2 || pads.Length != 4 || block.Any(size => size is < 1 or > 1 << 16) || pads.Any(pad => pad is < 0 or > 1 << 16))
            throw Refused(node, $"has blocks of ({string.Join(", ", block)}) with the margins ({string.Join(", ", pads)})");
        if (pads.Any(pad => pad > 0)) x = Apply(new ZeroPadding2D(((int)pads[0], (int)pads[1]), ((int)pads[2], (int)pads[3])), x);
        if (x.Shape[0] % block[0] != 0 || x.Shape[1] % block[1] != 0)
            throw Refused(node, $"has blocks of ({block[0]}, {block[1]}) in {SymbolicTensor.Print(x.Shape)}");
        blocks[node.Outputs[0]] = ((int)block[0], (int)block[1]);
        Pass(node, x);
    }

    private void BatchToSpace(TfliteNode node)
    {
        var x = Image(node);
        var (block, crops) = (Whole(node, 1), Whole(node, 2));
        if (!blocks.TryGetValue(node.Inputs[0], out var dealt) || block.Length != 2 || (dealt.Height, dealt.Width) != (block[0], block[1]))
            throw Refused(node, "does not follow a dilated convolution, which is not supported");
        if (crops.Length != 4 || crops.Any(crop => crop is < 0 or > 1 << 16)) throw Refused(node, $"takes ({string.Join(", ", crops)}) away");
        if (crops.Any(crop => crop > 0)) x = Add(new Cropping2D(((int)crops[0], (int)crops[1]), ((int)crops[2], (int)crops[3])), node, x);
        Pass(node, x);
    }

    /// <summary>
    /// The image of a convolution and its dilation: the one in the file, or the one that TensorFlow 1 writes as batches of every n-th row and column.
    /// </summary>
    private (SymbolicTensor Image, Size2D Dilation) Dilated(TfliteNode node, Size2D dilation, Size2D strides)
    {
        var x = Image(node);
        if (!blocks.TryGetValue(node.Inputs[0], out var block)) return (x, dilation);
        if (dilation != 1 || strides != 1)
            throw Refused(node, "is within a dilated convolution and has a dilation or strides, which is not supported");
        blocks[node.Outputs[0]] = block;
        return (x, block);
    }

    private SymbolicTensor Unblocked(int index, SymbolicTensor value) =>
        blocks.ContainsKey(index) ? throw Refused($"the output '{file.Tensors[index].Name}' is within a dilated convolution") : value;

    private OnnxConstant Kernel(TfliteNode node, int input)
    {
        var weight = Constant(node, input);
        return weight.Dimensions.Count == 4 && weight.Dimensions.All(size => size is > 0 and < int.MaxValue)
            ? weight
            : throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)}");
    }

    private OnnxConstant? BiasOf(TfliteNode node, int input)
    {
        if (!node.Has(input)) return null;
        var bias = Constant(node, input);
        return bias.Count == 0 ? null : bias.Reshaped([bias.Count]);
    }

    private Padding PaddingOf(TfliteNode node) => node.Options.Byte(0) switch
    {
        0 => Padding.Same,
        1 => Padding.Valid,
        var other => throw Refused(node, $"has the padding {other}, which is not known"),
    };

    private Size2D Pair(TfliteNode node, int rows, int columns, string what, int absent = 0)
    {
        var (height, width) = (node.Options.Int(rows, absent), node.Options.Int(columns, absent));
        return height is >= 1 and <= 1 << 16 && width is >= 1 and <= 1 << 16 ? (height, width) : throw Refused(node, $"has the {what} ({height}, {width})");
    }

    private static SymbolicTensor Flat(SymbolicTensor x) => x.Shape.Rank == 1 ? x : Apply(new Flatten(), x);
}
