using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// The sum over all but the last dimensions of a masked value that nothing else uses, as the gradient of a bias under relu and max-pooling is,
/// reads the value and the mask once: the masked value never exists.
/// </summary>
internal static class FuseMaskedSums
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        return graph.Rewrite((original, node) => node switch
        {
            { Op: SumOp { FirstAxis: 0 } sum, Inputs: [{ Op: MaskOp, Inputs: [var x, var mask] }] }
                when uses[original.Inputs[0]] == 1 && x.Shape == mask.Shape && sum.AxisCount < x.Shape.Rank
                => new Node(new MaskedSumOp(sum.AxisCount), x, mask),
            _ => node,
        });
    }
}
