using Fovea.Engine;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine.Fusion;

public class MaskedSumTests
{
    private readonly RandomNumbers random = new(13);

    /// <summary>Shapes of one row, primes, lanes and remainders, and several shards. Some of the masked elements are infinite.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 3, 37)]
    [InlineData(7, 5, 64)]
    [InlineData(61, 59, 83)]
    public void A_masked_sum_is_one_pass_and_equals_the_reference(int batch, int height, int channels)
    {
        var (x, mask) = (new Node(new InputOp("x", [batch, height, channels])), new Node(new InputOp("mask", [batch, height, channels])));
        var graph = new Graph([x.Mask(mask).SumRange(0, 2)]);
        var values = new Dictionary<Node, double[]>
        {
            [x] = PlanChecks.Fill(x.Shape, () => random.NextNormal()),
            [mask] = PlanChecks.Fill(mask.Shape, () => random.NextNormal()),
        };
        for (var i = 0; i < values[x].Length; i += 5)
        {
            if (values[mask][i] <= 0) values[x][i] = double.PositiveInfinity;
        }

        var fused = FuseMaskedSums.Apply(graph);
        Assert.IsType<MaskedSumOp>(fused.Outputs[0].Op);
        Assert.Equal(ReferenceInterpreter.Run(graph, values)[0], ReferenceInterpreter.Run(fused, values)[0]);
        PlanChecks.Compare(graph, values, sums: batch * height);
    }

    [Fact]
    public void A_masked_value_with_other_users_is_not_fused()
    {
        var (x, mask) = (new Node(new InputOp("x", [4, 3])), new Node(new InputOp("mask", [4, 3])));
        var masked = x.Mask(mask);
        Assert.DoesNotContain(FuseMaskedSums.Apply(new Graph([masked.SumRange(0, 1), masked])).Nodes, node => node.Op is MaskedSumOp);
    }
}
