using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A separable convolution along one dimension: a depthwise convolution, with <see cref="DepthwiseLayer.DepthMultiplier"/> kernels per channel, then a
/// convolution of kernel size 1 that mixes the results into <paramref name="filters"/> channels, then bias and activation. <c>keras.layers.SeparableConv1D</c>;
/// Chollet 2017. With a kernel of u steps, c channels, multiplier m and f filters it takes u·c·m + c·m·f multiplications per output step; a
/// <see cref="Conv1D"/> takes u·c·f. The depthwise kernel has the shape (length, channels, multiplier), the pointwise kernel (1, channels · multiplier,
/// filters).
/// </summary>
/// <param name="filters">The number of output channels; at least 1.</param>
/// <param name="kernelSize">The length of the depthwise kernels, in steps of the sequence.</param>
/// <param name="strides">The distance from one output to the next, in steps; 1 by default.</param>
/// <param name="padding">Whether both ends are padded with zeros so that, with strides of 1, the output is as long as the input.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class SeparableConv1D(int filters, int kernelSize, int strides = 1, Padding padding = Padding.Valid, Activation? activation = null)
    : DepthwiseLayer(activation)
{
    private Variable? depthwiseKernel;
    private Variable? pointwiseKernel;

    /// <summary>The number of output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, nameof(SeparableConv1D), nameof(filters));

    /// <summary>The length of the depthwise kernels, in steps.</summary>
    public int KernelSize { get; } = kernelSize.AtLeast(1, nameof(SeparableConv1D), nameof(kernelSize));

    /// <summary>The distance from one output to the next, in steps.</summary>
    public int Strides { get; } = strides.AtLeast(1, nameof(SeparableConv1D), nameof(strides));

    /// <summary>How both ends are padded.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(SeparableConv1D), nameof(padding));

    /// <summary>The distance between neighbouring elements of the depthwise kernel, in steps; 1 by default.</summary>
    public int DilationRate { get; init => field = value.AtLeast(1, nameof(SeparableConv1D), nameof(DilationRate)); } = 1;

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
        RequireSequences(inputs[0]);
        var channels = inputs[0][1];
        depthwiseKernel = AddWeight("depthwise_kernel", [KernelSize, channels, DepthMultiplier], Depthwise);
        pointwiseKernel = AddWeight("pointwise_kernel", [1, channels * DepthMultiplier, Filters], Pointwise);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsImages(input, image =>
        {
            Sequences.RequireWindow(image, KernelSize, Padding, DilationRate);
            var x = image.DepthwiseConv2D(Sequences.AsImage(context.Read(depthwiseKernel!)), (1, Strides), (1, DilationRate), Padding);
            return Activate(x.Conv2D(Sequences.AsImage(context.Read(pointwiseKernel!)), (1, 1), (1, 1), Padding.Valid), context);
        });
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.Set("filters", Filters);
        config.SetOne("kernel_size", KernelSize);
        config.SetOne("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.SetOne("dilation_rate", DilationRate);
        WriteConvolution(config, Depthwise, Pointwise);
    }

    internal static SeparableConv1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new SeparableConv1D(
            config.GetInt("filters"), config.GetOne("kernel_size"), config.GetOne("strides", 1), config.GetPadding("padding"),
            config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetOne("dilation_rate", 1),
            UseBias = config.GetBool("use_bias", true),
            Depthwise = config.GetWeight(WeightSpec.Depthwise),
            Pointwise = config.GetWeight(WeightSpec.Pointwise),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
