using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Planning;

/// <summary>Outputs can be read while the run that computes them goes on.</summary>
public class StepObserverTests
{
    private const int Convolutions = 12;

    private readonly RandomNumbers random = new(7);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_output_is_final_after_its_last_step_and_not_before(bool recomputes)
    {
        var (graph, input) = Net();
        var whole = Plan.Compile(graph);
        var plan = Plan.Compile(graph, new PlanOptions { MemoryLimit = recomputes ? (long)(0.75 * sizeof(float) * whole.ArenaFloats) : null, Results = 1 });
        Assert.Equal(recomputes, plan.Costs.Count > whole.Costs.Count);
        int[] last = [.. Enumerable.Range(0, graph.Outputs.Count).Select(plan.LastStepOf)];
        Assert.All(last, step => Assert.InRange(step, 0, plan.Costs.Count - 1));

        // The gradients are outputs in the order of the backward pass, so they become final one after the other.
        Assert.Equal(last[1..].Order(), last[1..]);
        Assert.True(last[1] < plan.Costs.Count - 3, "the first gradient does not wait for the last");

        // Other inputs before and after: an output that is not computed yet still has the value of the run before, or that of what shares its memory.
        Fill(plan.Input(input));
        plan.Run();
        float[][] before = [.. last.Select((_, i) => plan.Output(i).ToArray())];
        Fill(plan.Input(input));
        var seen = new Recorder(plan, last);
        plan.Run(seen);
        Assert.Equal(plan.Costs.Count, seen.Steps);
        plan.Input(input).CopyTo(whole.Input(input));
        whole.Run();
        for (var i = 0; i < last.Length; i++)
        {
            Assert.True(plan.Output(i).SequenceEqual(seen.At[i]), $"output {i} after step {last[i]}");
            Assert.False(plan.Output(i).SequenceEqual(seen.Before[i]), $"output {i} before step {last[i]}");
            Assert.False(plan.Output(i).SequenceEqual(before[i]));
            Assert.True(plan.Output(i).SequenceEqual(whole.Output(i)), "recomputation does not change bits");
        }
    }

    [Fact]
    public void Outputs_that_no_step_writes_are_final_before_the_run()
    {
        var x = new Node(new InputOp("x", [4]));
        var (read, written) = (new Variable("read", [4]), new Variable("written", [4]));
        Node a = new(new VariableOp(read)), b = new(new VariableOp(written));
        var plan = Plan.Compile(new Graph([x, x.Reshape([2, 2]), a, a.Exp(), b, x.Exp()], [new Update(written, x.Square())]));
        Assert.Equal([-1, -1, -1, -1], Enumerable.Range(0, 4).Select(plan.LastStepOf));
        Assert.Equal(plan.Costs.Count - 1, plan.LastStepOf(4));
        Assert.InRange(plan.LastStepOf(5), 0, plan.Costs.Count - 1);
    }

    [Fact]
    public void An_error_of_the_observer_ends_the_run_and_leaves_the_plan_usable()
    {
        var (graph, input) = Net();
        var plan = Plan.Compile(graph);
        Fill(plan.Input(input));
        Assert.Throws<DivideByZeroException>(() => plan.Run(new Failing()));
        plan.Run();
        var expected = plan.Output(1).ToArray();
        plan.Run();
        Assert.True(plan.Output(1).SequenceEqual(expected));
    }

    /// <summary>A loss and its gradients, those of the last layer first.</summary>
    private (Graph Graph, Node Input) Net()
    {
        var image = new Node(new InputOp("image", [3, 9, 8, 2]));
        Shape[] shapes =
            [[3, 3, 2, 4], [4], .. Enumerable.Repeat<Shape[]>([[3, 3, 4, 4], [4]], Convolutions - 1).SelectMany(pair => pair), [4 * 72, 3], [3]];
        var w = Array.ConvertAll(shapes, shape => new Node(new VariableOp(Weight(shape))));
        var x = image;
        for (var i = 0; i < 2 * Convolutions; i += 2) x = (x.Conv2D(w[i], (1, 1), (1, 1), Padding.Same) + w[i + 1]).Tanh();
        var loss = (x.Reshape([3, 4 * 72]).MatMul(w[^2]) + w[^1]).Square().Sum();
        return (new Graph([loss, .. Differentiation.Gradients(loss, w).Reverse()]), image);
    }

    private Variable Weight(Shape shape)
    {
        var variable = new Variable("w", shape);
        Fill(variable.Overwrite());
        return variable;
    }

    private void Fill(Span<float> values)
    {
        foreach (ref var value in values) value = random.NextNormal() / 3;
    }

    private sealed class Recorder(Plan plan, int[] last) : IStepObserver
    {
        public float[][] Before { get; } = new float[last.Length][];

        public float[][] At { get; } = new float[last.Length][];

        public int Steps { get; private set; }

        public void AfterStep(int step)
        {
            Assert.Equal(Steps++, step);
            for (var i = 0; i < last.Length; i++)
            {
                if (step < last[i]) Before[i] = plan.Output(i).ToArray();
                if (step == last[i]) At[i] = plan.Output(i).ToArray();
            }
        }
    }

    private sealed class Failing : IStepObserver
    {
        public void AfterStep(int step)
        {
            if (step == 3) throw new DivideByZeroException();
        }
    }
}
