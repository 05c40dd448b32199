using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A convolution along one dimension: slides <paramref name="filters"/> kernels over a sequence (length, channels), adds a bias and applies an activation.
/// <c>keras.layers.Conv1D</c>. The kernel has the shape (length, channels / groups, filters).
/// </summary>
/// <param name="filters">The number of kernels, and so of output channels; at least 1.</param>
/// <param name="kernelSize">The length of the kernels, in steps of the sequence.</param>
/// <param name="strides">The distance from one output to the next, in steps; 1 by default.</param>
/// <param name="padding">Whether both ends are padded with zeros so that, with strides of 1, the output is as long as the input.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class Conv1D(int filters, int kernelSize, int strides = 1, Padding padding = Padding.Valid, Activation? activation = null)
    : KernelLayer(activation)
{
    private Variable? kernel;

    /// <summary>The number of kernels, and so of output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, nameof(Conv1D), nameof(filters));

    /// <summary>The length of the kernels, in steps.</summary>
    public int KernelSize { get; } = kernelSize.AtLeast(1, nameof(Conv1D), nameof(kernelSize));

    /// <summary>The distance from one output to the next, in steps.</summary>
    public int Strides { get; } = strides.AtLeast(1, nameof(Conv1D), nameof(strides));

    /// <summary>How both ends are padded. Ignored where <see cref="IsCausal"/> is set.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(Conv1D), nameof(padding));

    /// <summary>The distance between neighbouring elements of the kernel, in steps; 1 by default.</summary>
    public int DilationRate { get; init => field = value.AtLeast(1, nameof(Conv1D), nameof(DilationRate)); } = 1;

    /// <summary>
    /// The number of groups into which channels and filters are divided, in order; 1 by default. Each filter reads only the channels of its group, as in
    /// ResNeXt (Xie et al. 2017, figure 3c). Channels and filters must both be divisible by it. With as many groups as channels the layer computes what a
    /// <see cref="DepthwiseConv1D"/> does.
    /// </summary>
    public int Groups
    {
        get;
        init => field = Filters % value.AtLeast(1, nameof(Conv1D), nameof(Groups)) == 0
            ? value
            : throw new ArgumentException($"Conv1D: filters must be divisible by groups; received {Filters} filters and {value} groups.", nameof(Groups));
    } = 1;

    /// <summary>
    /// Whether an output depends on no later step; Keras' padding "causal" (van den Oord et al. 2016). The sequence is then padded with (kernelSize − 1) ·
    /// dilationRate zeros at the start and none at the end, which gives ⌈length / strides⌉ outputs.
    /// </summary>
    public bool IsCausal { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireSequences(inputs[0]);
        var channels = inputs[0][1];
        if (channels % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {channels} channels and {Groups} groups.");
        kernel = AddWeight("kernel", [KernelSize, channels / Groups, Filters], Kernel);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsImages(input, image =>
        {
            if (IsCausal) image = image.Pad(0, 0, (KernelSize - 1) * DilationRate, 0);
            var padding = IsCausal ? Padding.Valid : Padding;
            Sequences.RequireWindow(image, KernelSize, padding, DilationRate);
            return Activate(image.Conv2D(Sequences.AsImage(context.Read(kernel!)), (1, Strides), (1, DilationRate), padding, Groups), context);
        });
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("filters", Filters);
        config.SetOne("kernel_size", KernelSize);
        config.SetOne("strides", Strides);
        if (IsCausal) config.Set("padding", "causal");
        else config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.SetOne("dilation_rate", DilationRate);
        config.Set("groups", Groups);
        WriteConvolution(config, Kernel);
    }

    internal static Conv1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var isCausal = config.IsText("padding", "causal");
        return new Conv1D(
            config.GetInt("filters"), config.GetOne("kernel_size"), config.GetOne("strides", 1),
            isCausal ? Padding.Valid : config.GetPadding("padding"), config.GetActivation("activation"))
        {
            DilationRate = config.GetOne("dilation_rate", 1),
            Groups = config.GetInt("groups", 1),
            IsCausal = isCausal,
            UseBias = config.GetBool("use_bias", true),
            Kernel = config.GetWeight(WeightSpec.Kernel),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
