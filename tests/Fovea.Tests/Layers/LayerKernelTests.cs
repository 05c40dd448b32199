using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

/// <summary>In training and inference, no op of a layer falls back to its float64 reference.</summary>
public class LayerKernelTests
{
    public static IEnumerable<TheoryDataRow<LayerCase>> Cases =>
        ((IEnumerable<LayerCase>)[.. ConvolutionCases.All, .. PoolingCases.All, .. NormalizationCases.All, .. ResizingCases.All, .. AugmentationCases.All])
            .Select(row => new TheoryDataRow<LayerCase>(row) { TestDisplayName = row.Name });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_op_of_a_layer_and_its_gradients_has_a_kernel(LayerCase row)
    {
        var layer = row.Create();
        layer.EnsureBuilt([row.Input]);
        var input = new Node(new InputOp("x", row.Input.Prepend(2)));
        var context = new CallContext(training: true);
        var output = layer.Trace([input], context);
        Node[] targets = [input, .. layer.Weights.Where(weight => weight.Trainable).Select(weight => context.Read(weight.Variable))];
        var graph = FusionRules.Apply(new Graph([output, .. Differentiation.Gradients((output * output).Sum(), targets)]));
        var slow =
            graph.Nodes.Where(
            node => node.Op is not (SourceOp or ReshapeOp or PartOp)
            && node.Op.CreateKernel([.. node.Inputs.Select(operand => operand.Shape)], node.Shape) is null);
        Assert.Empty(slow.Select(node => node.ToString()));
    }
}
