using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses a mask with the sum over the first dimensions of the masked value, if no other node uses that value. The op reads the value and the mask
/// once, and the masked value is never stored. The gradient of a bias under relu and max-pooling has this form.
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
