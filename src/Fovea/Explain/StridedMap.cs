using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>The output of a filter with another stride, from the layer's input, kernels, bias, activation and padding.</summary>
/// <param name="Stride">The step of the kernel from one output to the next, in pixels, in both directions.</param>
/// <param name="Window">The geometry.</param>
/// <param name="Map">The output, (height, width).</param>
public sealed record StridedMap(int Stride, Window2D Window, Tensor Map)
{
    internal static IReadOnlyList<StridedMap> Of(ConvolutionStep step, IReadOnlyList<int> strides)
    {
        ArgumentNullException.ThrowIfNull(strides);
        foreach (var stride in strides) ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1, nameof(strides));
        var use = step.Use;
        var outputs = use.Graph.Compute(step.Image, [.. strides.Select(stride => use.Respond(stride, use.Padding))]);
        return [.. strides.Zip(
            outputs, (stride, output) => new StridedMap(stride, use.WindowFor(stride, use.Padding), ConvolutionUse.MapOf(output, step.Filter)))];
    }
}
