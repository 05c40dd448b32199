using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A depthwise convolution: convolves each channel of an image (height, width, channels) separately, with <see cref="DepthwiseLayer.DepthMultiplier"/> kernels
/// per channel. It does not mix channels; a 1 × 1 <see cref="Conv2D"/> after it does. <c>keras.layers.DepthwiseConv2D</c>. The kernel has the shape (height,
/// width, channels, multiplier).
/// </summary>
/// <param name="kernelSize">The height and width of the kernels, in pixels.</param>
/// <param name="strides">The step from one output to the next, in input pixels; 1 by default.</param>
/// <param name="padding">Whether the border is padded with zeros so that, with strides of 1, the output is as large as the input.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class DepthwiseConv2D(Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null)
    : DepthwiseLayer(activation)
{
    private Variable? kernel;

    /// <summary>The height and width of the kernels, in pixels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne(nameof(DepthwiseConv2D), nameof(kernelSize));

    /// <summary>The step from one output to the next, in input pixels.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne(nameof(DepthwiseConv2D), nameof(strides));

    /// <summary>How the border is padded.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(DepthwiseConv2D), nameof(padding));

    /// <summary>The distance between neighbouring elements of the kernel, in input pixels; 1 by default.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne(nameof(DepthwiseConv2D), nameof(DilationRate)); } = 1;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        var channels = inputs[0][2];
        kernel = AddWeight("kernel", [KernelSize.Height, KernelSize.Width, channels, DepthMultiplier], Depthwise);
        AddBias(channels * DepthMultiplier);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) =>
        Activate(input.DepthwiseConv2D(context.Read(kernel!), Strides, DilationRate, Padding), context);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
        WriteConvolution(config, Depthwise);
    }

    internal static DepthwiseConv2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new DepthwiseConv2D(
            config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"), config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetSize("dilation_rate", 1),
            UseBias = config.GetBool("use_bias", true),
            Depthwise = config.GetWeight(WeightSpec.Depthwise),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
