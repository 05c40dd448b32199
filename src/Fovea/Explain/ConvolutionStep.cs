using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>
/// The computation of one output value of a convolution, in its parts: y = a(b + Σ x[i·s + u·d − p, j·s + v·d − p, c] · k[u, v, c])
/// for one output position (i, j) and one filter, with the real tensors of the model. Further effects of the convolution are
/// computed from it: <see cref="Borders"/>, <see cref="StridesOf"/>, <see cref="Pooling"/>, <see cref="ReceptiveFields"/>.
/// <code>
/// var step = ConvolutionStep.Compute(model, image);                                   // the strongest response of the first convolution
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

    /// <summary>The activation that the layer applies to its sums.</summary>
    public Activation Activation => Use.Activation;

    /// <summary>The padding of the layer.</summary>
    public Padding Padding => Use.Padding;

    /// <summary>The model's input, (1, height, width, channels).</summary>
    public Tensor Image { get; }

    /// <summary>The layer's input, (1, height, width, channels): the image for a first layer.</summary>
    public Tensor Input { get; }

    /// <summary>Whether the layer reads the image itself, possibly rescaled, and not the output of other layers.</summary>
    public bool ReadsImage => Use.ReadsImage;

    /// <summary>The layer's output, (1, height, width, filters).</summary>
    public Tensor Output { get; }

    /// <summary>The geometry: sizes, strides, dilation and padding.</summary>
    public Window2D Window => Use.Window;

    /// <summary>The row of the output position, from 0.</summary>
    public int Row { get; }

    /// <summary>The column of the output position, from 0.</summary>
    public int Column { get; }

    /// <summary>The index of the filter, which is also the channel of the output, from 0.</summary>
    public int Filter { get; }

    /// <summary>
    /// The channels of the input that the filter reads, in the order of <see cref="Patch"/>: all channels, those of its group, or one for a
    /// <see cref="DepthwiseConv2D"/>.
    /// </summary>
    public IReadOnlyList<int> InputChannels { get; }

    /// <summary>The values that the filter reads at this position, (kernel height, kernel width, channels); 0 for padding.</summary>
    public Tensor Patch { get; }

    /// <summary>For each position of the patch, row by row, whether it is outside the input, in the padding.</summary>
    public IReadOnlyList<bool> IsOutside { get; }

    /// <summary>The filter's weights, with the shape of <see cref="Patch"/>.</summary>
    public Tensor Kernel { get; }

    /// <summary>Patch times kernel, element by element.</summary>
    public Tensor Products { get; }

    /// <summary>The sum of the products for each channel of the input, in descending order of magnitude.</summary>
    public IReadOnlyList<ChannelShare> Shares { get; }

    /// <summary>The sum of all products.</summary>
    public double Sum { get; }

    /// <summary>The filter's bias; 0 if the layer has none.</summary>
    public float Bias { get; }

    /// <summary>The layer's output at this position: the activation of sum and bias.</summary>
    public float Value { get; }

    /// <summary>The output of the filter at all positions, (height, width).</summary>
    public Tensor OutputMap => ConvolutionUse.MapOf(Output, Filter);

    /// <summary>The receptive field of the layer's outputs.</summary>
    public ReceptiveField Field { get; }

    /// <summary>The position of the patch in the layer's input; it extends beyond the border where padding is read.</summary>
    public ImageRegion PatchRegion => new(
        (Row * Window.StrideHeight) - Window.PadTop, (Column * Window.StrideWidth) - Window.PadLeft,
        ((Window.KernelHeight - 1) * Window.DilationHeight) + 1, ((Window.KernelWidth - 1) * Window.DilationWidth) + 1);

    /// <summary>The part of the image on which the output value depends; it extends beyond the border where padding is read.</summary>
    public ImageRegion SeenRegion => Field.At(Row, Column);

    internal ConvolutionUse Use { get; }

    /// <summary>Computes one output of a convolution step by step.</summary>
    /// <param name="model">The model; inner models are searched too.</param>
    /// <param name="image">One input of the model, (1, height, width, channels).</param>
    /// <param name="layer">The path or name of a <see cref="Conv2D"/> or <see cref="DepthwiseConv2D"/>; by default the model's first.</param>
    /// <param name="position">The output position; by default that of the strongest response, away from the border if possible.</param>
    /// <param name="filter">The filter, from 0; by default the one with the strongest response.</param>
    /// <exception cref="ArgumentException">The model is not of images or has no such convolution, or the position or the filter does not exist.</exception>
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

    /// <summary>The effect of padding: the filter's output without and with zeros around the input.</summary>
    public BorderEffect Borders() => BorderEffect.Of(this);

    /// <summary>The effect of strides: the filter's output with larger steps between its positions.</summary>
    /// <param name="strides">The strides, each at least 1.</param>
    public IReadOnlyList<StridedMap> StridesOf(params int[] strides) => StridedMap.Of(this, strides);

    /// <summary>The effect of pooling: the maxima and the means of the filter's output in windows of 2 × 2.</summary>
    /// <exception cref="ArgumentException">The output is smaller than 2 × 2.</exception>
    public PoolingEffect Pooling() => PoolingEffect.Of(this);

    /// <summary>The growth of the receptive field from layer to layer, around the region that this step sees.</summary>
    public ReceptiveFieldGrowth ReceptiveFields() => ReceptiveFieldGrowth.Of(this);

    /// <summary>The largest of the selected outputs, preferably of a patch inside the input.</summary>
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

/// <summary>The contribution of one input channel to one output of a convolution.</summary>
/// <param name="Channel">The channel of the layer's input.</param>
/// <param name="Index">The channel of <see cref="ConvolutionStep.Patch"/> and <see cref="ConvolutionStep.Kernel"/>.</param>
/// <param name="Sum">The sum of its products.</param>
public sealed record ChannelShare(int Channel, int Index, double Sum);
