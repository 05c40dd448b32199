using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>
/// One number that a convolution of a model computes for an image, taken apart: y = a(b + Σ x[i·s + u·d − p, j·s + v·d − p, c] · k[u, v, c])
/// for one output position (i, j) and one filter, with the real tensors of the model. The other effects that a convolution has are
/// computed from it: <see cref="Borders"/>, <see cref="StridesOf"/>, <see cref="Pooling"/>, <see cref="ReceptiveFields"/>.
/// <code>
/// var step = ConvolutionStep.Compute(model, image);                                   // where the first convolution answers most
/// var step = ConvolutionStep.Compute(model, image, "base/conv2d_1", (3, 4), filter: 7);
/// </code>
/// </summary>
public sealed class ConvolutionStep
{
    private ConvolutionStep(ConvolutionUse use, Tensor image, Tensor input, Tensor output, (int Row, int Column, int Filter) place)
    {
        (Use, Image, Input, Output) = (use, image, input, output);
        (Row, Column, Filter) = place;
        InputChannels = use.ChannelsOf(Filter);
        var (height, width, channels) = (Window.KernelHeight, Window.KernelWidth, InputChannels.Count);
        Patch = new Tensor([height, width, channels], new float[height * width * channels]);
        Kernel = new Tensor(Patch.Shape, new float[Patch.Values.Length]);
        Products = new Tensor(Patch.Shape, new float[Patch.Values.Length]);
        var outside = new bool[height * width];
        var shares = new double[channels];
        for (var i = 0; i < Patch.Values.Length; i++)
        {
            var (u, v, c) = (i / channels / width, i / channels % width, i % channels);
            var (y, x) =
                ((Row * Window.StrideHeight) + (u * Window.DilationHeight) - Window.PadTop,
                (Column * Window.StrideWidth) + (v * Window.DilationWidth) - Window.PadLeft);
            var isOutside = outside[i / channels] = y < 0 || x < 0 || y >= Window.InputHeight || x >= Window.InputWidth;
            Patch.Values[i] = isOutside ? 0 : input.Values[(((y * Window.InputWidth) + x) * input.Shape[3]) + InputChannels[c]];
            Kernel.Values[i] = use.WeightAt(u, v, InputChannels[c], Filter);
            Products.Values[i] = Patch.Values[i] * Kernel.Values[i];
            shares[c] += (double)Patch.Values[i] * Kernel.Values[i];
        }

        IsOutside = outside;
        Shares = [.. shares.Select((share, c) => new ChannelShare(InputChannels[c], c, share)).OrderByDescending(share => Math.Abs(share.Sum))];
        Sum = shares.Sum();
        Bias = use.Bias is { } bias ? bias.Values[Filter] : 0;
        Value = output.Values[(((Row * Window.OutputWidth) + Column) * output.Shape[3]) + Filter];
        Field = ReceptiveField.Trace(use.Graph.Outputs, use.Graph.Input).GetValueOrDefault(use.Value.Node)
            ?? throw new ArgumentException($"{Path}: the layer does not depend on the image.");
    }

    /// <summary>The layer's path in the model, as in <c>base/conv2d</c>.</summary>
    public string Path => Use.Value.Path;

    /// <summary>The layer, a <see cref="Conv2D"/> or a <see cref="DepthwiseConv2D"/>.</summary>
    public Layer Layer => Use.Value.Layer;

    /// <summary>What the layer applies to its sums.</summary>
    public Activation Activation => Use.Activation;

    /// <summary>How the layer treats its border.</summary>
    public Padding Padding => Use.Padding;

    /// <summary>The model's input, (1, height, width, channels).</summary>
    public Tensor Image { get; }

    /// <summary>The layer's input, (1, height, width, channels): the image for a first layer.</summary>
    public Tensor Input { get; }

    /// <summary>Whether the layer reads the image, as it is or rescaled, and not what other layers made of it.</summary>
    public bool ReadsImage => Use.ReadsImage;

    /// <summary>The layer's output, (1, height, width, filters).</summary>
    public Tensor Output { get; }

    /// <summary>The geometry: sizes, strides, dilation and padding.</summary>
    public Window2D Window => Use.Window;

    /// <summary>The row of the output position, from 0.</summary>
    public int Row { get; }

    /// <summary>The column of the output position, from 0.</summary>
    public int Column { get; }

    /// <summary>The filter, and so the channel of the output, from 0.</summary>
    public int Filter { get; }

    /// <summary>
    /// The channels of the input that the filter reads, those of <see cref="Patch"/> in order: all of them, those of its group, or one for a
    /// <see cref="DepthwiseConv2D"/>.
    /// </summary>
    public IReadOnlyList<int> InputChannels { get; }

    /// <summary>What the filter reads of the input at this position, (kernel height, kernel width, channels); 0 where it reads padding.</summary>
    public Tensor Patch { get; }

    /// <summary>For each position of the patch, row by row, whether it lies outside the input, in the zeros of padding.</summary>
    public IReadOnlyList<bool> IsOutside { get; }

    /// <summary>The filter's weights, of the shape of <see cref="Patch"/>.</summary>
    public Tensor Kernel { get; }

    /// <summary>Patch times kernel, element by element.</summary>
    public Tensor Products { get; }

    /// <summary>The sum of the products over each channel of the input, the greatest in magnitude first.</summary>
    public IReadOnlyList<ChannelShare> Shares { get; }

    /// <summary>The sum of all products.</summary>
    public double Sum { get; }

    /// <summary>The filter's bias; 0 where the layer has none.</summary>
    public float Bias { get; }

    /// <summary>The layer's output at this position: the activation of sum and bias.</summary>
    public float Value { get; }

    /// <summary>The output of the filter at all positions, (height, width).</summary>
    public Tensor OutputMap => ConvolutionUse.MapOf(Output, Filter);

    /// <summary>What part of the image the layer's outputs see.</summary>
    public ReceptiveField Field { get; }

    /// <summary>Where the patch lies in the layer's input; it reaches over the border where padding is read.</summary>
    public ImageRegion PatchRegion => new(
        (Row * Window.StrideHeight) - Window.PadTop, (Column * Window.StrideWidth) - Window.PadLeft,
        ((Window.KernelHeight - 1) * Window.DilationHeight) + 1, ((Window.KernelWidth - 1) * Window.DilationWidth) + 1);

    /// <summary>What part of the image the number depends on; it reaches over the border where padding is read.</summary>
    public ImageRegion SeenRegion => Field.At(Row, Column);

    internal ConvolutionUse Use { get; }

    /// <summary>Takes one output of a convolution apart.</summary>
    /// <param name="model">The model; models within it are looked into.</param>
    /// <param name="image">One input of the model, (1, height, width, channels).</param>
    /// <param name="layer">The path or name of a <see cref="Conv2D"/> or <see cref="DepthwiseConv2D"/>; the model's first where <see langword="null"/>.</param>
    /// <param name="position">The output position; where the layer answers most, away from the border if possible, where <see langword="null"/>.</param>
    /// <param name="filter">The filter, from 0; the one that answers most where <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The model is not of pictures or has no such convolution, or the position or the filter does not exist.</exception>
    /// <exception cref="ShapeException">The image does not have the model's shape.</exception>
    public static ConvolutionStep Compute(Model model, Tensor image, string? layer = null, (int Row, int Column)? position = null, int? filter = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        var use = ConvolutionUse.Find(model, layer);
        var window = use.Window;
        var filters = use.Value.Node.Shape[3];
        if (position is { } at && (at.Row < 0 || at.Column < 0 || at.Row >= window.OutputHeight || at.Column >= window.OutputWidth))
        {
            throw new ArgumentException(
                $"{use.Value.Path}: expected a position in the output of {window.OutputHeight} × {window.OutputWidth}, from 0,0 "
                    + $"to {window.OutputHeight - 1},{window.OutputWidth - 1}; received {at.Row},{at.Column}.");
        }

        if (filter < 0 || filter >= filters) throw new ArgumentException($"{use.Value.Path}: expected a filter from 0 to {filters - 1}; received {filter}.");
        var values = use.Graph.Compute(image, use.Input, use.Value.Node);
        return new ConvolutionStep(use, image, values[0], values[1], Strongest(values[1], window, position, filter));
    }

    /// <summary>What padding does: the filter's output without and with zeros around the input.</summary>
    public BorderEffect Borders() => BorderEffect.Of(this);

    /// <summary>What strides do: the filter's output when it is moved further from one position to the next.</summary>
    /// <param name="strides">The strides, each at least 1.</param>
    public IReadOnlyList<StridedMap> StridesOf(params IReadOnlyList<int> strides) => StridedMap.Of(this, strides);

    /// <summary>What pooling does: the maxima and the means of the filter's output under windows of 2 × 2.</summary>
    /// <exception cref="ArgumentException">The output is smaller than 2 × 2.</exception>
    public PoolingEffect Pooling() => PoolingEffect.Of(this);

    /// <summary>How the part of the image that one output sees grows from layer to layer, around the place that this step sees.</summary>
    public ReceptiveFieldGrowth ReceptiveFields() => ReceptiveFieldGrowth.Of(this);

    /// <summary>The greatest output among those asked for, of patches that lie within the input if there are any.</summary>
    private static (int Row, int Column, int Filter) Strongest(Tensor output, Window2D window, (int Row, int Column)? position, int? filter)
    {
        bool IsInside(int row, int column) =>
            (row * window.StrideHeight) >= window.PadTop && (column * window.StrideWidth) >= window.PadLeft
            && (row * window.StrideHeight) - window.PadTop + ((window.KernelHeight - 1) * window.DilationHeight) < window.InputHeight
            && (column * window.StrideWidth) - window.PadLeft + ((window.KernelWidth - 1) * window.DilationWidth) < window.InputWidth;
        var best = (IsInside: false, Value: float.NegativeInfinity);
        (int, int, int)? place = null;
        for (var i = 0; i < output.Values.Length; i++)
        {
            var (f, rest) = (i % output.Shape[3], i / output.Shape[3]);
            var (row, column) = (rest / window.OutputWidth, rest % window.OutputWidth);
            if ((position is { } at && at != (row, column)) || (filter is { } chosen && chosen != f)) continue;
            var found = (IsInside(row, column), output.Values[i]);
            if (place is null || found.CompareTo(best) > 0) (best, place) = (found, (row, column, f));
        }

        return place!.Value;
    }
}

/// <summary>What one channel of a convolution's input adds to one output.</summary>
/// <param name="Channel">The channel of the layer's input.</param>
/// <param name="Index">The channel of <see cref="ConvolutionStep.Patch"/> and <see cref="ConvolutionStep.Kernel"/>.</param>
/// <param name="Sum">The sum of its products.</param>
public sealed record ChannelShare(int Channel, int Index, double Sum);
