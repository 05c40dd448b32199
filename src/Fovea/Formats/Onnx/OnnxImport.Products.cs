namespace Fovea.Formats.Onnx;

/// <content>Convolutions and matrix products.</content>
internal sealed partial class OnnxImport
{
    private const int MaxTransposedGroups = 256;
    private const string KernelNote = "OIHW to HWIO";

    private TensorOperand Convolution(OnnxNodeReader node) => Convolve(node, TensorOf(node), RequireConstant(node, 1), Constant(node, 2));

    private TensorOperand Convolve(OnnxNodeReader node, TensorOperand given, OnnxConstant weight, OnnxConstant? own)
    {
        if (weight.Dimensions.Count == 3) return Convolution1D(node, given, weight, own);
        if (weight.Dimensions.Count != 4)
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)}; convolutions of 1 and 2 dimensions are supported");
        var x = AsImage(node, given);
        var (filters, inputs, height, width) = ((int)weight.Dimensions[0], (int)weight.Dimensions[1], (int)weight.Dimensions[2], (int)weight.Dimensions[3]);
        var (strides, dilation) = (Pair(node, "strides"), Pair(node, "dilations"));
        RequireKernel(node, weight);
        var groups = (int)node.Integer("group", 1);
        var channels = x.Tensor.Shape[2];
        if (inputs * groups != channels)
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)} in {groups} groups; its input has {channels} channels");
        var (image, padding) = Padded(node, x.Tensor, (height, width), strides, dilation);
        if (groups < 1 || filters % groups != 0) throw Refused(node, $"has {filters} filters in {groups} groups");
        var bias = Bias(node, weight, own, filters);
        if (groups == channels && groups > 1 && inputs == 1 && strides.Height == strides.Width)
        {
            var depthwise = new DepthwiseConv2D(
                (height, width), strides, padding)
            { DepthMultiplier = filters / groups, DilationRate = dilation, UseBias = bias.Constant is not null };
            var output = Add(depthwise, node, weight, image);

            // (channel · multiplier, 1, rows, columns) to (rows, columns, channel, multiplier).
            Fill(depthwise, "kernel", weight, numbers => weight.Reshaped([groups, filters / groups, height, width]).WriteTo(numbers, [2, 3, 0, 1]), KernelNote);
            return Biased(depthwise, TensorOperand.ImageOf(output), bias);
        }

        var layer = new Conv2D(filters, (height, width), strides, padding) { Groups = groups, DilationRate = dilation, UseBias = bias.Constant is not null };
        var result = Add(layer, node, weight, image);
        Fill(layer, "kernel", weight, numbers => weight.WriteTo(numbers, [2, 3, 1, 0]), KernelNote);
        return Biased(layer, TensorOperand.ImageOf(result), bias);
    }

    /// <summary>A convolution of sequences, as one of images with a single row.</summary>
    private TensorOperand Convolution1D(OnnxNodeReader node, TensorOperand x, OnnxConstant weight, OnnxConstant? own)
    {
        if (x.Rank != 3 || x.Order[0] != 0) throw Refused(node, $"has an input of the shape {Print(x.Dimensions)}; expected a batch of sequences");
        var tensor = x.Order.SequenceEqual([0, 2, 1]) ? x.Tensor : Apply(new Permute(x.Order[2], x.Order[1]), x.Tensor);
        var (filters, size, groups) = ((int)weight.Dimensions[0], (int)weight.Dimensions[2], (int)node.Integer("group", 1));
        var (stride, dilation) = (Single(node, "strides"), Single(node, "dilations"));
        RequireKernel(node, weight);
        var (length, channels) = (tensor.Shape[0], tensor.Shape[1]);
        if (weight.Dimensions[1] * groups != channels)
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)} in {groups} groups; its input has {channels} channels");
        var (image, padding) = Padded(node, Apply(new Reshape(1, length, channels), tensor), (1, size), (1, stride), (1, dilation));
        var bias = Bias(node, weight, own, filters);
        var layer = new Conv2D(filters, (1, size), (1, stride), padding) { Groups = groups, DilationRate = (1, dilation), UseBias = bias.Constant is not null };
        var output = Add(layer, node, weight, image);
        Fill(layer, "kernel", weight, numbers => weight.WriteTo(numbers, [2, 1, 0]), KernelNote);
        if (bias.Constant is { } constant) Fill(layer, "bias", constant, constant.Floats);
        var result = new TensorOperand(Apply(new Reshape(output.Shape[1], filters), output), [0, 2, 1]);
        if (bias.Add is { } add) values[add.Outputs[0]] = result;
        return result;
    }

    private TensorOperand TransposedConvolution(OnnxNodeReader node)
    {
        var x = AsImage(node, TensorOf(node));
        var weight = RequireConstant(node, 1);
        if (weight.Dimensions.Count != 4)
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)}; transposed convolutions of 2 dimensions are supported");
        var groups = checked((int)node.Integer("group", 1));
        if (groups is < 1 or > MaxTransposedGroups || weight.Dimensions[0] != x.Tensor.Shape[2] || x.Tensor.Shape[2] % groups != 0)
            throw Refused(node, $"has a kernel of the shape {Print(weight.Dimensions)} in {groups} groups for {Print(x.Dimensions)}");
        var (filters, height, width) = ((int)weight.Dimensions[1], (int)weight.Dimensions[2], (int)weight.Dimensions[3]);
        var (strides, dilation) = (Pair(node, "strides"), Pair(node, "dilations"));
        RequireKernel(node, weight);
        var extra = node.Integers("output_padding") ?? [0, 0];
        var bias = Bias(node, weight, Constant(node, 2), filters * groups);
        Size2D? more = extra.Any(size => size > 0) ? (checked((int)extra[0]), checked((int)extra[1])) : null;
        var output = groups == 1 ? Group(x.Tensor, weight, bias.Constant)
            : new Concatenate()
                .Call([.. Enumerable.Range(0, groups)
                .Select(group =>
                Group(Part(node, x.Tensor, 3, group * x.Tensor.Shape[2] / groups, x.Tensor.Shape[2] * (groups - 1 - group) / groups),
                OfGroup(weight, group, groups), bias.Constant is null ? null : OfGroup(bias.Constant.Reshaped([bias.Constant.Count]), group, groups)))]);

        // The full output is computed and cropped by the pads.
        var whole = (
            Height: ((x.Tensor.Shape[0] - 1) * strides.Height) + ((height - 1) * dilation.Height) + 1,
            Width: ((x.Tensor.Shape[1] - 1) * strides.Width) + ((width - 1) * dilation.Width) + 1);
        var wanted = node.Integers("output_shape")?[^2..];
        var pads = node.Integers("pads") ?? [0, 0, 0, 0];
        var auto = AutoPad(node);
        if (auto == "VALID") pads = [0, 0, 0, 0];
        if (auto is "SAME_UPPER" or "SAME_LOWER") wanted ??= [x.Tensor.Shape[0] * strides.Height, x.Tensor.Shape[1] * strides.Width];
        if (wanted is not null)
        {
            var (rows, columns) = (whole.Height + extra[0] - wanted[0], whole.Width + extra[1] - wanted[1]);
            var upper = auto == "SAME_UPPER";
            var (smallerRows, smallerColumns) = (rows / 2, columns / 2);
            pads = upper
                ? [smallerRows, smallerColumns, rows - smallerRows, columns - smallerColumns]
                : [rows - smallerRows, columns - smallerColumns, smallerRows, smallerColumns];
        }

        var (bottom, right) = (output.Shape[0] - (whole.Height + extra[0] - pads[2]), output.Shape[1] - (whole.Width + extra[1] - pads[3]));
        if (pads.Any(pad => pad < 0) || bottom < 0 || right < 0)
            throw Refused(node, "has an output that is larger than its kernels cover, which is not supported");
        if (pads[0] + pads[1] + bottom + right > 0) output = Apply(new Cropping2D(((int)pads[0], (int)bottom), ((int)pads[1], (int)right)), output);
        var result = TensorOperand.ImageOf(output);
        if (bias.Add is { } add) values[add.Outputs[0]] = result;
        return result;

        SymbolicTensor Group(SymbolicTensor image, OnnxConstant kernel, OnnxConstant? offsets)
        {
            var layer = new Conv2DTranspose(filters, (height, width), strides) { DilationRate = dilation, UseBias = offsets is not null, OutputPadding = more };
            var transposed = Add(layer, node, weight, image);
            Fill(layer, "kernel", kernel, numbers => kernel.WriteTo(numbers, [2, 3, 1, 0]), "IOHW to HWOI");
            if (offsets is not null) Fill(layer, "bias", offsets, offsets.Floats);
            return transposed;
        }
    }

    /// <summary>The part of a constant's first dimension that belongs to a group.</summary>
    private static OnnxConstant OfGroup(OnnxConstant constant, int group, int groups)
    {
        var each = (int)(constant.Count / groups);
        return OnnxConstant.Of(
            [constant.Dimensions[0] / groups, .. constant.Dimensions.Skip(1)], () =>
            constant.Floats.AsSpan(group * each, each).ToArray(), constant.Source, constant.Stored);
    }

    private TensorOperand Gemm(OnnxNodeReader node)
    {
        if (values[node.Inputs[1]] is not ConstantOperand) throw Refused(node, "multiplies two values of the network, which is not supported");
        if (opset < 7) node.Ignore("broadcast");
        var weight = RequireConstant(node, 1);
        if (node.Integer("transA", 0) != 0) throw Refused(node, "transposes its input, which is not supported");
        var x = TensorOf(node);
        if (x.Rank != 2 && !x.IsPlain) throw Refused(node, $"has an input of the shape {Print(x.Dimensions)}; expected a batch of features");
        var isTransposed = node.Integer("transB", 0) != 0;
        var (alpha, beta) = (node.Number("alpha", 1), node.Number("beta", 1));
        var bias = Constant(node, 2);
        return Dense(node, x, weight, isTransposed, alpha, bias, beta);
    }

    private TensorOperand MatrixProduct(OnnxNodeReader node)
    {
        if (values[node.Inputs[0]] is ConstantOperand) return ProductFromLeft(node);
        if (values[node.Inputs[1]] is not ConstantOperand) throw Refused(node, "multiplies two values of the network, which is not supported");
        var weight = RequireConstant(node, 1);
        if (weight.Dimensions.Count != 2) throw Refused(node, $"multiplies by a constant of the shape {Print(weight.Dimensions)}; expected a matrix");
        return Dense(node, TensorOf(node), weight, false, 1, null, 1);
    }

    /// <summary>A matrix times the rows of a value: a product along its second to last dimension.</summary>
    private TensorOperand ProductFromLeft(OnnxNodeReader node)
    {
        var (matrix, x) = (RequireConstant(node, 0), TensorOf(node, 1));
        if (matrix.Dimensions.Count != 2 || x.Rank < 3)
            throw Refused(
                node, $"multiplies a constant of the shape {Print(matrix.Dimensions)} by {Print(x.Dimensions)}; a matrix by rows and columns is supported");
        int[] others = [.. Enumerable.Range(1, x.Rank - 1).Where(axis => axis != x.Rank - 2)];
        if (x.Order[0] != 0) throw Refused(node, "takes a value whose first dimension is not the batch");
        var order = OrderOf(x.Rank, [.. others, x.Rank - 2]);
        var tensor = x.Order.SequenceEqual(order) ? x.Tensor : Apply(new Permute([.. others.Select(axis => x.Order[axis]), x.Order[^2]]), x.Tensor);
        if (tensor.Shape[^1] != matrix.Dimensions[1])
            throw Refused(node, $"multiplies a constant of the shape {Print(matrix.Dimensions)} by {Print(x.Dimensions)}");
        var layer = new Dense((int)matrix.Dimensions[0]) { UseBias = false };
        var output = Add(layer, node, matrix, tensor);
        Fill(layer, "kernel", matrix, matrix.Transposed([1, 0]).Floats, "transposed");
        return new TensorOperand(output, order);
    }

    private TensorOperand Dense(OnnxNodeReader node, TensorOperand x, OnnxConstant weight, bool isTransposed, float alpha, OnnxConstant? given, float beta)
    {
        var (inputs, units) = isTransposed ? ((int)weight.Dimensions[1], (int)weight.Dimensions[0]) : ((int)weight.Dimensions[0], (int)weight.Dimensions[1]);
        if (x.Rank > 2 && x.Order[^1] != x.Rank - 1) x = InOnnxOrder(x);
        if (x.Tensor.Shape[^1] != inputs)
            throw Refused(node, $"has a matrix of the shape {Print(weight.Dimensions)}; its input {Print(x.Dimensions)} has {x.Tensor.Shape[^1]} features");
        var bias = Bias(node, weight, given, units);
        var layer = new Dense(units) { UseBias = bias.Constant is not null };
        var output = Add(layer, node, weight, x.Tensor);
        var positions = x.FeatureIndices;
        Fill(layer, "kernel", weight, numbers =>
        {
            var row = new float[isTransposed ? inputs : units];
            for (var i = 0; i < (isTransposed ? units : inputs); i++)
            {
                weight.ReadRow(i, row);
                if (alpha != 1) for (var k = 0; k < row.Length; k++) row[k] *= alpha;
                if (!isTransposed) row.CopyTo(numbers[((positions?[i] ?? i) * units)..]);
                else for (var k = 0; k < inputs; k++) numbers[((positions?[k] ?? k) * units) + i] = row[k];
            }
        }, (isTransposed, x.FlattenedChannels > 0) switch
        {
            (true, true) => "transposed, rows from CHW to HWC order",
            (true, false) => "transposed",
            (false, true) => "rows from CHW to HWC order",
            _ => null,
        });
        if (bias.Constant is { } constant)
        {
            var offsets = constant.Floats;
            if (constant.Dimensions.Count > 0 && constant.Dimensions[^1] != offsets.Length)
                throw Refused(node, $"adds a constant of the shape {Print(constant.Dimensions)}; one number for each of {units} units is supported");
            if (offsets.Length == 1 && units > 1) offsets = [.. Enumerable.Repeat(offsets[0], units)];
            if (beta != 1) offsets = Array.ConvertAll(offsets, value => value * beta);
            Fill(layer, "bias", constant, offsets);
        }

        var result = new TensorOperand(output, x.Order);
        if (bias.Add is { } add) values[add.Outputs[0]] = result;
        return result;
    }

    /// <summary>The bias of a product: its input, or a constant for each channel that the next node adds to it.</summary>
    private (OnnxConstant? Constant, OnnxNode? Add) Bias(OnnxNodeReader node, OnnxConstant weight, OnnxConstant? own, int channels)
    {
        if (own is not null) return (own, null);
        if (node.OpType is not ("Conv" or "ConvTranspose" or "Gemm" or "MatMul")) return default;
        if (outputNames.Contains(node.Outputs[0]) || consumers.GetValueOrDefault(node.Outputs[0]) is not [{ OpType: "Add", Domain: "" } add]
            || add.Inputs.Count != 2) return default;
        if (add.Attributes.Count > 0) return default;
        var other = add.Inputs[0] == node.Outputs[0] ? add.Inputs[1] : add.Inputs[0];
        if (other == node.Outputs[0] || !IsConstant(other, 0)) return default;
        Evaluate(other);
        if (values[other] is not ConstantOperand { Constant: { IsFloat: true } constant } || constant.Count != channels) return default;

        // The channels are the second dimension of images, the last of features.
        var isImage = node.OpType is "Conv" or "ConvTranspose";
        var rank = constant.Dimensions.Count;
        var position = isImage ? rank - (weight.Dimensions.Count - 1) : rank - 1;
        return channels == 1 || (position >= 0 && position < rank && constant.Dimensions[position] == channels) ? (constant, add) : default;
    }

    private TensorOperand Biased(Layer layer, TensorOperand output, (OnnxConstant? Constant, OnnxNode? Add) bias)
    {
        if (bias.Constant is { } constant) Fill(layer, "bias", constant, constant.Floats);
        if (bias.Add is { } add) values[add.Outputs[0]] = output;
        return output;
    }

    /// <summary>Whether a value depends on constants alone.</summary>
    private bool IsConstant(string name, int depth)
    {
        if (initializers.ContainsKey(name)) return true;
        if (values.TryGetValue(name, out var value)) return value is ConstantOperand;
        return depth < 16 && producers.TryGetValue(name, out var node)
            && node.OpType is "Constant" or "Reshape" or "Identity" or "Unsqueeze" or "Squeeze" or "Transpose" or "Cast" or "Mul" or "Add" or "Sub" or "Div"
            or "Sqrt" or "Neg"
            && node.Inputs.All(input => input.Length == 0 || IsConstant(input, depth + 1));
    }
}
