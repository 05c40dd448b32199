using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A separable convolution: a depthwise convolution, with <see cref="DepthwiseLayer.DepthMultiplier"/> kernels per channel, then a 1 × 1 convolution that mixes
/// the results into <paramref name="filters"/> channels, then bias and activation. <c>keras.layers.SeparableConv2D</c>; Chollet 2017. With a kernel of u × v, c
/// channels, multiplier m and f filters it takes u·v·c·m + c·m·f multiplications per output pixel; a <see cref="Conv2D"/> takes u·v·c·f. The depthwise kernel
/// has the shape (height, width, channels, multiplier), the pointwise kernel (1, 1, channels · multiplier, filters).
/// </summary>
/// <param name="filters">The number of output channels; at least 1.</param>
/// <param name="kernelSize">The height and width of the depthwise kernels, in pixels.</param>
/// <param name="strides">The step from one output to the next, in input pixels; 1 by default.</param>
/// <param name="padding">Whether the border is padded with zeros so that, with strides of 1, the output is as large as the input.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class SeparableConv2D(int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null)
    : DepthwiseLayer(activation)
{
    private Variable? depthwiseKernel;
    private Variable? pointwiseKernel;

    /// <summary>The number of output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, nameof(SeparableConv2D), nameof(filters));

    /// <summary>The height and width of the depthwise kernels, in pixels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne(nameof(SeparableConv2D), nameof(kernelSize));

    /// <summary>The step from one output to the next, in input pixels.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne(nameof(SeparableConv2D), nameof(strides));

    /// <summary>How the border is padded.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(SeparableConv2D), nameof(padding));

    /// <summary>The distance between neighbouring elements of the depthwise kernel, in input pixels; 1 by default.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne(nameof(SeparableConv2D), nameof(DilationRate)); } = 1;

    /// <summary>The initializer of the pointwise kernel; <see cref="Initializer.GlorotUniform"/> by default.</summary>
    public Initializer PointwiseInitializer
    {
        get => Pointwise.Initializer;
        init => Pointwise = Pointwise with { Initializer = value.NotNull(ClassName, nameof(PointwiseInitializer)) };
    }

    /// <summary>The penalty on the pointwise kernel that is added to the loss; none by default.</summary>
    public Regularizer? PointwiseRegularizer { get => Pointwise.Regularizer; init => Pointwise = Pointwise with { Regularizer = value }; }

    /// <summary>The constraint applied to the pointwise kernel after each training step; none by default.</summary>
    public Constraint? PointwiseConstraint { get => Pointwise.Constraint; init => Pointwise = Pointwise with { Constraint = value }; }

    private WeightSpec Pointwise { get; init; } = WeightSpec.Pointwise;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        var channels = inputs[0][2];
        depthwiseKernel = AddWeight("depthwise_kernel", [KernelSize.Height, KernelSize.Width, channels, DepthMultiplier], Depthwise);
        pointwiseKernel = AddWeight("pointwise_kernel", [1, 1, channels * DepthMultiplier, Filters], Pointwise);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var x = input.DepthwiseConv2D(context.Read(depthwiseKernel!), Strides, DilationRate, Padding);
        return Activate(x.Conv2D(context.Read(pointwiseKernel!), (1, 1), (1, 1), Padding.Valid), context);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.Set("filters", Filters);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
        WriteConvolution(config, Depthwise, Pointwise);
    }

    internal static SeparableConv2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new SeparableConv2D(
            config.GetInt("filters"), config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"),
            config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetSize("dilation_rate", 1),
            UseBias = config.GetBool("use_bias", true),
            Depthwise = config.GetWeight(WeightSpec.Depthwise),
            Pointwise = config.GetWeight(WeightSpec.Pointwise),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
