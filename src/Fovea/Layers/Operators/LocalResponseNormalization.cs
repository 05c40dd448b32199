using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Local response normalization: x / (bias + α / size · Σ x²)^β, where the sum is over <c>size</c> neighbouring channels. AlexNet and GoogLeNet use it
/// (Krizhevsky et al. 2012, section 3.3; here α is divided by the size, as in Caffe and ONNX). Keras has no such layer.
/// </summary>
internal sealed class LocalResponseNormalization : Layer
{
    internal LocalResponseNormalization(int size, float alpha = 1e-4f, float beta = 0.75f, float bias = 1)
    {
        Size = size.AtLeast(1, nameof(LocalResponseNormalization), nameof(size));
        (Alpha, Beta, Bias) = (alpha, beta, bias);
    }

    /// <summary>The number of channels that are summed.</summary>
    public int Size { get; }

    /// <summary>The factor of the mean square.</summary>
    public float Alpha { get; }

    /// <summary>The exponent of the denominator.</summary>
    public float Beta { get; }

    /// <summary>The number added to the scaled mean square.</summary>
    public float Bias { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var (shape, channels) = (input.Shape, input.Shape[^1]);
        var (before, after) = ((Size - 1) / 2, Size / 2);

        // The mean over Size channels, with zeros outside, is an average pooling along the channels.
        var pixels = input.Square().Reshape([shape[0], shape[1..^1].Count, channels, 1]).Pad(0, 0, before, after);
        var mean = pixels.AveragePool2D((1, Size), (1, 1), Padding.Valid).Reshape(shape);
        return input / ((Alpha * mean) + Bias).Power(Arithmetic.Constant(Beta));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("size", Size);
        config.Set("alpha", Alpha);
        config.Set("beta", Beta);
        config.Set("bias", Bias);
    }

    internal static LocalResponseNormalization FromConfig(Config config) =>
        new(config.GetInt("size"), config.GetFloat("alpha", 1e-4f), config.GetFloat("beta", 0.75f), config.GetFloat("bias", 1));
}
