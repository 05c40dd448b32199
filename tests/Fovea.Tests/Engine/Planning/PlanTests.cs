using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Planning;

public class PlanTests
{
    private readonly RandomNumbers random = new(7);

    [Fact]
    public void A_training_step_with_all_fusions_equals_the_reference()
    {
        var image = new Node(new InputOp("image", [3, 9, 8, 2]));
        var labels = new Node(new InputOp("labels", [3]));
        var rate = new Node(new InputOp("rate", Shape.Scalar));
        Variable[] weights =
            [Weight("k1", [3, 3, 2, 5]), Weight("b1", [5]), Weight("k2", [2, 2, 5, 4]), Weight("b2", [4]), Weight("w3", [8, 3]), Weight("b3", [3])];
        var slots = weights.Select(weight => new Variable("slot", weight.Shape)).ToArray();
        var w = Array.ConvertAll(weights, weight => new Node(new VariableOp(weight)));
        var x = (image.Conv2D(w[0], (1, 1), (1, 1), Padding.Same) + w[1]).Relu().MaxPool2D((2, 2), (2, 2), Padding.Valid);
        x = (x.Conv2D(w[2], (2, 2), (1, 1), Padding.Same) + w[3]).Relu().AveragePool2D((1, 2), (1, 2), Padding.Same);
        var logits = x.Reshape([3, 8]).MatMul(w[4]) + w[5];
        var loss = (-(labels.OneHot(3) * logits.LogSoftmax())).Sum() / 3;
        var gradients = Differentiation.Gradients(loss, w);
        var updates = new List<Update>();
        for (var i = 0; i < w.Length; i++)
        {
            var slot = (0.9f * new Node(new VariableOp(slots[i]))) + (0.1f * gradients[i].Square());
            updates.Add(new Update(weights[i], w[i] - (rate * gradients[i] / (slot + 1e-7f).Sqrt())));
            updates.Add(new Update(slots[i], slot));
        }

        var graph = new Graph([logits.Softmax(), loss], updates);
        var names = FusionRules.Apply(graph).Nodes.Select(node => node.Op.Name).ToList();
        Assert.Contains("Conv2D+MaxPool2D+Relu", names);
        Assert.Contains("Conv2D+Bias+Relu", names);
        Assert.Contains("MatMul+Bias", names);
        Assert.Contains("Softmax+Crossentropy", names);
        Assert.DoesNotContain("LogSoftmax", names);
        Assert.DoesNotContain("Sqrt", names);
        PlanChecks.Compare(
            graph,
            new Dictionary<Node, double[]>
            {
                [image] = PlanChecks.Fill(image.Shape, () => random.NextNormal()),
                [labels] = [2, 0, 1],
                [rate] = [0.001f],
            },
            sums: 100);
    }

    [Fact]
    public void Clipping_from_0_to_6_happens_in_the_epilogue_of_convolutions()
    {
        var image = new Node(new InputOp("image", [2, 7, 6, 3]));
        Variable[] weights = [Weight("k1", [3, 3, 3, 5]), Weight("b1", [5]), Weight("k2", [3, 3, 5, 1]), Weight("b2", [5])];
        var w = Array.ConvertAll(weights, weight => new Node(new VariableOp(weight)));
        var x = (image.Conv2D(w[0], (1, 1), (1, 1), Padding.Same) + w[1]).Clip(0, 6);
        x = (x.DepthwiseConv2D(w[2], (2, 2), (1, 1), Padding.Same) + w[3]).Clip(0, 6);
        var graph = new Graph([x]);
        var names = FusionRules.Apply(graph).Nodes.Select(node => node.Op.Name).ToList();
        Assert.Contains("Conv2D+Bias+Relu6", names);
        Assert.Equal("DepthwiseConv2D+Bias+Relu6", names[^1]);
        PlanChecks.Compare(graph, new Dictionary<Node, double[]> { [image] = PlanChecks.Fill(image.Shape, () => random.NextNormal()) }, sums: 27);
    }

    /// <summary>Two blocks with batch normalization in training, the second with a residual: only the fused ops pass over memory.</summary>
    [Fact]
    public void Activation_residual_and_mask_are_fused_into_batch_normalization_in_training()
    {
        var image = new Node(new InputOp("image", [3, 6, 5, 4]));
        Variable[] weights =
            [Weight("k1", [1, 1, 4, 8]), Weight("g1", [8]), Weight("b1", [8]), Weight("k2", [3, 3, 8, 8]), Weight("g2", [8]), Weight("b2", [8])];
        var w = Array.ConvertAll(weights, weight => new Node(new VariableOp(weight)));
        var (first, mean, variance) = image.Conv2D(w[0], (1, 1), (1, 1), Padding.Valid).BatchNormalization(w[1], w[2], 1e-3f);
        var x = first.Clip(0, 6);
        var (second, _, _) = x.Conv2D(w[3], (1, 1), (1, 1), Padding.Same).BatchNormalization(w[4], w[5], 1e-3f);
        var loss = (x + second).Relu().Square().Sum() / 500;
        var gradients = Differentiation.Gradients(loss, w);
        var moving = Weight("moving", [8]);
        var updates = weights.Select((weight, i) => new Update(weight, w[i] - (0.1f * gradients[i]))).Append(new Update(moving, mean + variance)).ToList();
        var graph = new Graph([loss], updates);
        var names = FusionRules.Apply(graph).Nodes.Where(node => node.Op.Name.StartsWith("BatchNorm", StringComparison.Ordinal))
            .Select(node => node.Op.Name).Order();
        Assert.Equal(
            [
                "BatchNormalization+Relu6", "BatchNormalization+Residual+Relu", "BatchNormalizationInputGradient", "BatchNormalizationInputGradient+Relu6",
                "BatchNormalizationSums", "BatchNormalizationSums+Relu6",
            ],
            names);
        PlanChecks.Compare(graph, new Dictionary<Node, double[]> { [image] = PlanChecks.Fill(image.Shape, () => random.NextNormal()) }, sums: 500);
    }

    /// <summary>A chain of steps that are not fused needs one buffer, since each step overwrites its input. A value that is read again is kept.</summary>
    [Fact]
    public void Elementwise_steps_overwrite_values_that_are_not_read_again()
    {
        var input = new Node(new InputOp("x", [1000]));
        var x = input;
        for (var i = 0; i < 60; i++) x = i == 30 ? (x + (x.Sum() / 1000)).Tanh() : x.Sin();
        var graph = new Graph([x]);
        Assert.True(Plan.Compile(graph).ArenaFloats < 4 * 1024, "input, chain, and the value that is read twice");
        PlanChecks.Compare(graph, new Dictionary<Node, double[]> { [input] = PlanChecks.Fill(input.Shape, () => random.NextNormal()) }, sums: 60);
    }

    [Fact]
    public void A_variable_whose_old_value_is_still_read_is_updated_last()
    {
        var (a, b) = (Weight("a", [5]), Weight("b", [5]));
        var (old, other) = (new Node(new VariableOp(a)), new Node(new VariableOp(b)));

        // b's new value needs a's old one, although a is updated first; the output needs both old ones.
        var graph = new Graph([old * other], [new Update(a, old + 1), new Update(b, other + old)]);
        PlanChecks.Compare(graph, new Dictionary<Node, double[]>(), sums: 4);
    }

    [Fact]
    public void A_value_can_be_an_output_and_a_new_value_of_a_variable()
    {
        var a = Weight("a", [70]);
        var doubled = 2 * new Node(new VariableOp(a));
        PlanChecks.Compare(new Graph([doubled, doubled.Sum()], [new Update(a, doubled)]), new Dictionary<Node, double[]>(), sums: 70);
    }

    [Fact]
    public void Equal_nodes_are_computed_once_and_constants_are_folded()
    {
        var x = new Node(new InputOp("x", [4]));
        var graph = new Graph([(x.Exp() * x.Exp()) + (Arithmetic.Constant(2) * Arithmetic.Constant(3)), 1 * x]);
        var shared = ShareEqualNodes.Apply(SimplifyArithmetic.Apply(graph));
        Assert.Single(shared.Nodes, node => node.Op is ExpOp);
        Assert.Contains(shared.Nodes, node => node.Op is ConstantOp { Value: 6 });
        Assert.Same(x, shared.Outputs[1]);
    }

    [Fact]
    public void Buffers_with_overlapping_lifetimes_never_overlap_in_memory()
    {
        var buffers = Enumerable.Range(0, 300).Select(i => new PlannedBuffer(1 + random.NextInt(500), i / 2) { Last = (i / 2) + random.NextInt(20) }).ToList();
        var arena = MemoryPlanner.Place(buffers);
        foreach (var (x, y) in from x in buffers from y in buffers where x != y select (x, y))
        {
            var sameTime = x.First <= y.Last && y.First <= x.Last;
            var samePlace = x.Offset < y.Offset + y.Count && y.Offset < x.Offset + x.Count;
            Assert.False(sameTime && samePlace);
        }

        Assert.All(buffers, buffer => Assert.True(buffer.Offset % 16 == 0 && buffer.Offset + buffer.Count <= arena));
        Assert.True(arena < buffers.Sum(buffer => buffer.Count) / 4, "memory is reused");
    }

    [Fact]
    public void Only_inputs_of_the_plan_can_be_set()
    {
        var plan = Plan.Compile(new Graph([new Node(new InputOp("x", [4])).Exp()]));
        var error = Assert.Throws<ArgumentException>(() => { _ = plan.Input(new Node(new InputOp("y", [4]))); });
        Assert.StartsWith("Input (4) is not an input of this plan.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_is_read_in_place_by_every_view_of_it()
    {
        var x = new Node(new InputOp("x", [2, 3]));
        var plan = Plan.Compile(new Graph([x.Exp(), x.Reshape([6]), x, x.Sum()]));
        var (first, second) = (new AlignedBuffer(6), new AlignedBuffer(9));
        for (var i = 0; i < 9; i++) second.Span[i] = i + 10;
        first.Span.Fill(1);
        foreach (var place in new[] { first, second, first })
        {
            plan.Bind(x, place);
            plan.Run();
            var values = place.Span[..6].ToArray();
            Assert.Equal(values, plan.Input(x).ToArray());
            Assert.Equal(values.Select(MathF.Exp), plan.Output(0).ToArray(), (a, b) => MathF.Abs(a - b) <= 1e-6f * a);
            Assert.Equal(values, plan.Output(1).ToArray());
            Assert.Equal(values, plan.Output(2).ToArray());
            Assert.Equal(values.Sum(), plan.Output(3)[0]);
        }

        Assert.Equal(
            "The input has 6 elements; the memory for it has 5. (Parameter 'place')",
            Assert.Throws<ArgumentException>(() => plan.Bind(x, new AlignedBuffer(5))).Message);
    }

    /// <summary>Offsets of whole cache lines are read in place, others through a copy that each run renews.</summary>
    [Fact]
    public void An_input_may_begin_at_any_element_of_the_memory()
    {
        const int Count = 37;
        var x = new Node(new InputOp("x", [Count]));
        Plan plan = Plan.Compile(new Graph([x.Exp(), x, x.Sum()])), own = Plan.Compile(new Graph([x.Exp(), x, x.Sum()]));
        var place = new AlignedBuffer(3 * Count);
        foreach (var offset in new long[] { 0, Count, 16, 2 * Count, 1, 64, 0 })
        {
            for (var run = 0; run < 2; run++)
            {
                plan.Bind(x, place, offset);
                foreach (ref var value in place.Span) value = random.NextNormal();  // after the input was bound
                place.Slice(offset, Count).CopyTo(own.Input(x));
                plan.Run();
                own.Run();
                Assert.True(plan.Input(x).SequenceEqual(own.Input(x)));
                for (var i = 0; i < 3; i++) Assert.True(plan.Output(i).SequenceEqual(own.Output(i)), $"output {i} at offset {offset}");
            }
        }

        foreach (var offset in new long[] { (2 * Count) + 1, -1, long.MinValue, long.MaxValue })
        {
            Assert.Equal(
                $"The input has 37 elements; the memory for it has 111, and the input begins at element {offset}. (Parameter 'place')",
                Assert.Throws<ArgumentException>(() => plan.Bind(x, place, offset)).Message);
        }
    }

    private Variable Weight(string name, Shape shape)
    {
        var variable = new Variable(name, shape);
        foreach (ref var value in variable.Overwrite()) value = random.NextNormal() / 3;
        return variable;
    }
}
