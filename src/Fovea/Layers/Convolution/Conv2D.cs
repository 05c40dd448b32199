using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A two-dimensional convolution: slides <paramref name="filters"/> kernels over an image (height, width, channels), adds a bias and applies an activation.
/// <c>keras.layers.Conv2D</c>. The kernel has the shape (height, width, channels / groups, filters).
/// </summary>
/// <param name="filters">The number of kernels, and so of output channels; at least 1.</param>
/// <param name="kernelSize">The height and width of the kernels, in pixels.</param>
/// <param name="strides">The step from one output to the next, in input pixels; 1 by default.</param>
/// <param name="padding">Whether the border is padded with zeros so that, with strides of 1, the output is as large as the input.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class Conv2D(int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null)
    : KernelLayer(activation)
{
    private Variable? kernel;

    /// <summary>The number of kernels, and so of output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, nameof(Conv2D), nameof(filters));

    /// <summary>The height and width of the kernels, in pixels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne(nameof(Conv2D), nameof(kernelSize));

    /// <summary>The step from one output to the next, in input pixels.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne(nameof(Conv2D), nameof(strides));

    /// <summary>How the border is padded.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(Conv2D), nameof(padding));

    /// <summary>The distance between neighbouring elements of the kernel, in input pixels; 1 by default.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne(nameof(Conv2D), nameof(DilationRate)); } = 1;

    /// <summary>
    /// The number of groups into which channels and filters are divided, in order; 1 by default. Each filter reads only the channels of its group, as in
    /// ResNeXt (Xie et al. 2017, figure 3c). Channels and filters must both be divisible by it. With as many groups as channels the layer computes what a
    /// <see cref="DepthwiseConv2D"/> does.
    /// </summary>
    public int Groups
    {
        get;
        init => field = Filters % value.AtLeast(1, nameof(Conv2D), nameof(Groups)) == 0
            ? value
            : throw new ArgumentException($"Conv2D: filters must be divisible by groups; received {Filters} filters and {value} groups.", nameof(Groups));
    } = 1;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        var channels = inputs[0][2];
        if (channels % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {channels} channels and {Groups} groups.");
        kernel = AddWeight("kernel", [KernelSize.Height, KernelSize.Width, channels / Groups, Filters], Kernel);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) =>
        Activate(input.Conv2D(context.Read(kernel!), Strides, DilationRate, Padding, Groups), context);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("filters", Filters);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
        config.Set("groups", Groups);
        WriteConvolution(config, Kernel);
    }

    internal static Conv2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new Conv2D(
            config.GetInt("filters"), config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"),
            config.GetActivation("activation"))
        {
            DilationRate = config.GetSize("dilation_rate", 1),
            Groups = config.GetInt("groups", 1),
            UseBias = config.GetBool("use_bias", true),
            Kernel = config.GetWeight(WeightSpec.Kernel),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
