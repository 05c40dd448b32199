using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>The output of a filter, and the results of max pooling and average pooling with windows of 2 × 2.</summary>
/// <param name="Step">The step for which it is computed.</param>
/// <param name="Map">The filter's output, (height, width).</param>
/// <param name="Maxima">The maximum in each window, (⌊height / 2⌋, ⌊width / 2⌋).</param>
/// <param name="Means">The mean in each window, of the same shape.</param>
/// <param name="IsMaximum">For each position of the map, row by row, whether max pooling keeps it: the first maximum in its window.</param>
public sealed record PoolingEffect(ConvolutionStep Step, Tensor Map, Tensor Maxima, Tensor Means, IReadOnlyList<bool> IsMaximum)
{
    internal static PoolingEffect Of(ConvolutionStep step)
    {
        var (graph, map) = (step.Use.Graph, step.Use.Value.Node);
        if (map.Shape[1] < 2 || map.Shape[2] < 2)
            throw new ArgumentException($"{step.Path}: the output is {map.Shape[1]} × {map.Shape[2]}; pooling windows of 2 × 2 do not fit.");
        var maxima = map.MaxPool2D((2, 2), (2, 2), Padding.Valid);

        // The gradient of a maximum is 1 where it was found and 0 elsewhere.
        Node[] nodes = [maxima, map.AveragePool2D((2, 2), (2, 2), Padding.Valid), Differentiation.Gradients(maxima.Sum(), [map])[0]];
        var maps = graph.Compute(step.Image, nodes).Select(value => ConvolutionUse.MapOf(value, step.Filter)).ToList();
        return new PoolingEffect(step, step.OutputMap, maps[0], maps[1], [.. maps[2].Values.Select(value => value != 0)]);
    }
}
