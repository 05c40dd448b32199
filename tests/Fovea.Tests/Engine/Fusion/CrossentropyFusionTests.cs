using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine.Fusion;

/// <summary>Softmax, cross-entropy and its gradient as one op.</summary>
public class CrossentropyFusionTests
{
    private const string Fused = "Softmax+Crossentropy";
    private readonly RandomNumbers random = new(17);

    /// <summary>
    /// Shapes of one row, one class, lanes and remainders, several units, and pixels. Each runs with class numbers, with probabilities, and with logits so
    /// far apart that exponentials underflow.
    /// </summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(4, 1, 3)]
    [InlineData(64, 1, 10)]
    [InlineData(7, 1, 1000)]
    [InlineData(2, 35, 21)]
    [InlineData(997, 1, 17)]
    public void Value_gradient_and_softmax_equal_the_reference(int batch, int pixels, int classes)
    {
        foreach (var (isSparse, scale) in new[] { (true, 1f), (false, 1f), (true, 300f) })
        {
            var logits = new Node(new InputOp("logits", [batch, pixels, classes]));
            var targets = new Node(new InputOp("targets", isSparse ? [batch, pixels] : logits.Shape));
            var graph = Head(logits, targets, isSparse);
            var values = new Dictionary<Node, double[]>
            {
                [logits] = PlanChecks.Fill(logits.Shape, () => scale * random.NextNormal()),
                [targets] = PlanChecks.Fill(targets.Shape, () => isSparse ? random.NextInt(classes) : random.NextSingle()),
            };
            var fused = FuseCrossentropy.Apply(ShareEqualNodes.Apply(SimplifyArithmetic.Apply(graph)));
            Assert.Single(fused.Nodes, node => node.Op is not (SourceOp or PartOp or ReshapeOp));

            // The fused op rounds its factors to float32.
            foreach (var (before, after) in ReferenceInterpreter.Run(graph, values).Zip(ReferenceInterpreter.Run(fused, values)))
                Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-15 + (Math.Pow(2, -23) * Math.Abs(pair.First))));
            PlanChecks.Compare(graph, values, sums: classes);
        }
    }

    [Fact]
    public void An_invalid_class_number_has_no_loss_and_no_gradient()
    {
        var (logits, labels) = (new Node(new InputOp("logits", [5, 3])), new Node(new InputOp("labels", [5])));
        var values = new Dictionary<Node, double[]>
        {
            [logits] = PlanChecks.Fill(logits.Shape, () => random.NextNormal()),
            [labels] = [-1, 3, 0.5, double.NaN, 2],
        };
        PlanChecks.Compare(Head(logits, labels, isSparse: true), values, sums: 3);
    }

    /// <summary>Two heads in one loss with factors and a third term. The softmax of the second head is the target of the first.</summary>
    [Fact]
    public void Several_heads_with_different_factors_are_all_fused()
    {
        var (first, second, labels) = (new Node(new InputOp("first", [6, 4])), new Node(new InputOp("second", [6, 4])), new Node(new InputOp("labels", [6])));
        var trained = (-2 * (second.Softmax() * first.LogSoftmax())).Sum() / 6;
        var own = (0.5f * -(labels.OneHot(4) * second.LogSoftmax()).SumRange(1, 1)).Mean();
        var loss = trained + own + first.Square().Sum();
        var graph = new Graph([loss, .. Differentiation.Gradients(trained, [first]), .. Differentiation.Gradients(own, [second])]);
        var names = FusionRules.Apply(graph).Nodes.Select(node => node.Op.Name).ToList();
        Assert.Equal(2, names.Count(name => name == Fused));
        var values = new Dictionary<Node, double[]>
        {
            [first] = PlanChecks.Fill(first.Shape, () => random.NextNormal()),
            [second] = PlanChecks.Fill(second.Shape, () => random.NextNormal()),
            [labels] = [0, 1, 2, 3, 3, 0],
        };
        PlanChecks.Compare(graph, values, sums: 24);
    }

    [Fact]
    public void A_head_is_not_fused_if_its_losses_are_outputs_or_it_is_not_trained()
    {
        var (logits, labels) = (new Node(new InputOp("logits", [6, 4])), new Node(new InputOp("labels", [6])));
        var each = -(labels.OneHot(4) * logits.LogSoftmax()).SumRange(1, 1);
        foreach (var graph in new[] { new Graph([each, .. Differentiation.Gradients(each.Mean(), [logits])]), new Graph([logits.Softmax(), each.Mean()]) })
            Assert.DoesNotContain(FusionRules.Apply(graph).Nodes, node => node.Op.Name == Fused);
    }

    [Fact]
    public void Targets_of_another_shape_are_refused()
    {
        var (logits, targets) = (new Node(new InputOp("logits", [6, 4])), new Node(new InputOp("targets", [5])));
        Assert.Equal(
            "Softmax+Crossentropy: expected targets (6) for the logits (6, 4); received (5).",
            Assert.Throws<ShapeException>(() => new Node(new CrossentropyOp(-1, 1, IsSparse: true), logits, targets)).Message);
    }

    private static Graph Head(Node logits, Node targets, bool isSparse)
    {
        var t = isSparse ? targets.OneHot(logits.Shape[^1]) : targets;
        var loss = (-(t * logits.LogSoftmax())).SumRange(1, logits.Shape.Rank - 1).Mean();
        return new Graph([logits.Softmax(), loss, .. Differentiation.Gradients(loss, [logits])]);
    }
}
