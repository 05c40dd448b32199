using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Engine.Fusion;

public class FusedGradientTests
{
    private readonly Node x = new(new InputOp("x", [2, 5]));

    [Fact]
    public void The_gradient_of_a_fused_graph_is_refused_with_a_fix()
    {
        var fused = FusionRules.Apply(new Graph([((x * x) + x).Sum()]));
        var error = Assert.Throws<InvalidOperationException>(() => Differentiation.Gradients(fused.Outputs[0], [fused.Nodes[0]]));
        Assert.Equal(
            "Multiply+Add: a fused op has no gradient. Call Differentiation.Gradients on the graph as it was built; fusion follows when it is compiled.",
            error.Message);
    }

    [Fact]
    public void The_gradient_of_a_batch_normalization_with_a_fused_activation_is_refused()
    {
        Node gamma = new(new InputOp("gamma", [5])), beta = new(new InputOp("beta", [5]));
        var fused = FuseBatchNormalization.Apply(new Graph([x.BatchNormalization(gamma, beta, 1e-3f).Output.Relu().Sum()]));
        var error = Assert.Throws<InvalidOperationException>(() => Differentiation.Gradients(fused.Outputs[0], [x]));
        Assert.Equal(
            "BatchNormalization+Relu: a fused op has no gradient. "
            + "Call Differentiation.Gradients on the graph as it was built; fusion follows when it is compiled.",
            error.Message);
    }
}
