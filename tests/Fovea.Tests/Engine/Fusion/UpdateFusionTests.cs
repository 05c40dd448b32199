using Fovea.Engine;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine.Fusion;

public class UpdateFusionTests
{
    private readonly RandomNumbers random = new(11);

    /// <summary>Weights of one element, of prime sizes and of several units. One op computes the optimizer's formula for all of them.</summary>
    [Theory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    [InlineData("nesterov")]
    [InlineData("rmsprop")]
    [InlineData("rmsprop with momentum")]
    [InlineData("adam")]
    [InlineData("custom")]
    public void An_optimizer_is_one_pass_over_all_weights(string name)
    {
        var optimizer = name switch
        {
            "sgd" => (Optimizer)new Sgd(),
            "momentum" => new Sgd(0.1f, 0.9f),
            "nesterov" => new Sgd(0.1f, 0.9f, nesterov: true),
            "rmsprop" => new RmsProp(),
            "rmsprop with momentum" => new RmsProp(momentum: 0.9f),
            _ => new Adam(),
        };
        var rate = new Node(new InputOp("rate", Shape.Scalar));
        Node[] factors = [rate, .. optimizer.Factors.Skip(1).Select((_, i) => new Node(new InputOp($"factor {1 + i}", Shape.Scalar)))];
        var values = factors.ToDictionary(factor => factor, factor => factor == rate ? new[] { 0.01 } : [0.9]);
        var updates = new List<Update>();
        foreach (var shape in (Shape[])[[1], [7], [3, 3, 2, 5], [331, 37], [2], [64, 64]])
        {
            // Gradients come from sums, since elementwise ops would become part of the update.
            var data = new Node(new InputOp("data", shape.Prepend(2)));
            values[data] = PlanChecks.Fill(data.Shape, () => random.NextNormal());
            var weight = Positive("weight", shape);
            var slots = optimizer.Slots.Select(slot => Positive(slot.Name, shape)).ToArray();
            var nodes = slots.Select(slot => new Node(new VariableOp(slot))).ToArray();
            var (w, gradient) = (new Node(new VariableOp(weight)), data.SumRange(0, 1));
            var (value, next) = name == "custom" ? Custom(w, gradient, nodes, rate) : optimizer.Step(w, gradient, nodes, factors);
            updates.Add(new Update(weight, value));
            updates.AddRange(slots.Zip(next, (slot, node) => new Update(slot, node)));
        }

        var graph = new Graph([], updates);
        var fused = FusionRules.Apply(graph);
        var op = Assert.IsType<UpdateOp>(Assert.Single(fused.Nodes, node => node.Op is UpdateOp).Op);
        Assert.Equal(6, op.Shapes.Count);
        Assert.DoesNotContain(fused.Nodes, node => node.Op is ElementwiseOp or FusedElementwiseOp);
        var expected = ReferenceInterpreter.Run(graph, values);
        var fusedValues = fused.Nodes.Where(node => node.Op is InputOp).ToDictionary(node => node, node => values.Single(pair => pair.Key.Op == node.Op).Value);
        foreach (var (actual, value) in ReferenceInterpreter.Run(fused, fusedValues).Zip(expected)) Assert.Equal(value, actual);
        PlanChecks.Compare(graph, values, sums: 4);
    }

    /// <summary>A formula whose later steps read the old value of a variable that it has written already, with a mask.</summary>
    private static (Node Weight, Node[] Slots) Custom(Node weight, Node gradient, Node[] slots, Node rate)
    {
        var first = slots[0] + gradient;
        var second = (slots[1] * first) + (slots[0] * rate).Mask(gradient);
        return (weight - (0.1f * (second * slots[0])), [first, second]);
    }

    [Fact]
    public void A_variable_is_written_after_another_formula_has_read_it()
    {
        var (a, b) = (Positive("a", [50]), Positive("b", [50]));
        var (x, y) = (new Node(new VariableOp(a)), new Node(new VariableOp(b)));
        var graph = new Graph([], [new Update(a, x + (2 * y)), new Update(b, y + (2 * x))]);
        Assert.DoesNotContain(FusionRules.Apply(graph).Nodes, node => node.Op is UpdateOp);
        PlanChecks.Compare(graph, new Dictionary<Node, double[]>(), sums: 4);
    }

    [Fact]
    public void A_new_value_with_other_users_is_not_fused()
    {
        var (a, b) = (Positive("a", [50]), Positive("b", [50]));
        var next = 2 * new Node(new VariableOp(a));
        var graph = new Graph([], [new Update(a, next), new Update(b, new Node(new VariableOp(b)) - (next * next.Sum()))]);
        var updates = FusionRules.Apply(graph).Nodes.Where(node => node.Op is UpdateOp).ToList();
        Assert.Single(Assert.IsType<UpdateOp>(Assert.Single(updates).Op).Shapes);
        PlanChecks.Compare(graph, new Dictionary<Node, double[]>(), sums: 50);
    }

    private Variable Positive(string name, Shape shape)
    {
        var variable = new Variable(name, shape);
        foreach (ref var value in variable.Overwrite()) value = MathF.Abs(random.NextNormal()) + 0.1f;
        return variable;
    }
}
