using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>The factors of each channel that a pass of a batch normalization uses, computed once for each run.</summary>
internal static unsafe class ChannelFactors
{
    /// <summary>−mean, so that x − mean is one addition.</summary>
    public static void MinusMean(float* moments, float* target, int channels) =>
        TensorPrimitives.Negate(new ReadOnlySpan<float>(moments, channels), new Span<float>(target, channels));

    /// <summary>factor / √(variance + ε); the target must not overlap the factors.</summary>
    public static void Scale(float* moments, float* factors, float epsilon, float* target, int channels)
    {
        var span = new Span<float>(target, channels);
        TensorPrimitives.Add(new ReadOnlySpan<float>(moments + channels, channels), epsilon, span);
        TensorPrimitives.Sqrt(span, span);
        TensorPrimitives.Divide(new ReadOnlySpan<float>(factors, channels), span, span);
    }
}
