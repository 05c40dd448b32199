using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A depthwise convolution along one dimension: convolves each channel of a sequence (length, channels) separately, with
/// <see cref="DepthwiseLayer.DepthMultiplier"/> kernels per channel. It does not mix channels; a <see cref="Conv1D"/> of kernel size 1 after it does.
/// <c>keras.layers.DepthwiseConv1D</c>. The kernel has the shape (length, channels, multiplier).
/// </summary>
/// <param name="kernelSize">The length of the kernels, in steps of the sequence.</param>
/// <param name="strides">The distance from one output to the next, in steps; 1 by default.</param>
/// <param name="padding">Whether both ends are padded with zeros so that, with strides of 1, the output is as long as the input.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class DepthwiseConv1D(int kernelSize, int strides = 1, Padding padding = Padding.Valid, Activation? activation = null)
    : DepthwiseLayer(activation)
{
    private Variable? kernel;

    /// <summary>The length of the kernels, in steps.</summary>
    public int KernelSize { get; } = kernelSize.AtLeast(1, nameof(DepthwiseConv1D), nameof(kernelSize));

    /// <summary>The distance from one output to the next, in steps.</summary>
    public int Strides { get; } = strides.AtLeast(1, nameof(DepthwiseConv1D), nameof(strides));

    /// <summary>How both ends are padded.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(DepthwiseConv1D), nameof(padding));

    /// <summary>The distance between neighbouring elements of the kernel, in steps; 1 by default.</summary>
    public int DilationRate { get; init => field = value.AtLeast(1, nameof(DepthwiseConv1D), nameof(DilationRate)); } = 1;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireSequences(inputs[0]);
        var channels = inputs[0][1];
        kernel = AddWeight("kernel", [KernelSize, channels, DepthMultiplier], Depthwise);
        AddBias(channels * DepthMultiplier);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsImages(input, image =>
        {
            Sequences.RequireWindow(image, KernelSize, Padding, DilationRate);
            return Activate(image.DepthwiseConv2D(Sequences.AsImage(context.Read(kernel!)), (1, Strides), (1, DilationRate), Padding), context);
        });
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.SetOne("kernel_size", KernelSize);
        config.SetOne("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.SetOne("dilation_rate", DilationRate);
        WriteConvolution(config, Depthwise);
    }

    internal static DepthwiseConv1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new DepthwiseConv1D(config.GetOne("kernel_size"), config.GetOne("strides", 1), config.GetPadding("padding"), config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetOne("dilation_rate", 1),
            UseBias = config.GetBool("use_bias", true),
            Depthwise = config.GetWeight(WeightSpec.Depthwise),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
