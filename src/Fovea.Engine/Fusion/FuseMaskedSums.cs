using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses a sum over leading dimensions with the mask of its operand, as in the gradient of a bias under relu and max-pooling. The masked value never exists.
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
