using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Planning;

/// <summary>Values that depend on variables only are computed once, and again after a variable was written.</summary>
public class PrologueTests
{
    private readonly Variable weight = new("weight", [2]);
    private readonly Node input = new(new InputOp("input", [2]));
    private readonly CountedOp counted = new();

    [Fact]
    public void The_prologue_runs_once_while_the_variables_are_unchanged()
    {
        weight.Write([2, 3]);
        var plan = Plan.Compile(new Graph([input * Counted(weight)]));
        Assert.Equal([2, 6], Run(plan, 1, 2));
        Assert.Equal([6, 12], Run(plan, 3, 4));
        Assert.Equal([2, 3], Run(plan, 1, 1));
        Assert.Equal(1, counted.Runs);
    }

    [Fact]
    public void The_prologue_runs_again_after_each_write()
    {
        var plan = Plan.Compile(new Graph([input * Counted(weight)]));
        for (var value = 1; value <= 3; value++)
        {
            weight.Write([value, -value]);
            Assert.Equal([value, -2 * value], Run(plan, 1, 2));
            Assert.Equal([value, -2 * value], Run(plan, 1, 2));
            Assert.Equal(value, counted.Runs);
        }
    }

    [Fact]
    public void The_prologue_runs_again_after_another_plan_has_updated_the_variable()
    {
        weight.Write([1, 1]);
        var plan = Plan.Compile(new Graph([input * Counted(weight)]));
        var node = new Node(new VariableOp(weight));
        var update = Plan.Compile(new Graph([], [new Update(weight, node + node)]));
        Assert.Equal([1, 2], Run(plan, 1, 2));
        update.Run();
        Assert.Equal([2, 4], Run(plan, 1, 2));
        Assert.Equal(2, counted.Runs);
    }

    [Fact]
    public void A_plan_that_updates_the_variable_recomputes_in_each_run()
    {
        weight.Write([1, 2]);
        var value = Counted(weight);
        var plan = Plan.Compile(new Graph([input * value], [new Update(weight, value + value)]));
        Assert.Equal([1, 2], Run(plan, 1, 1));
        Assert.Equal([2, 4], Run(plan, 1, 1));
        Assert.Equal([4, 8], weight.Values.ToArray());
        Assert.Equal(2, counted.Runs);
    }

    /// <summary>Values of the prologue must not be overwritten, and an update whose value never changes must not be skipped.</summary>
    [Fact]
    public void Values_of_the_prologue_survive_the_steps_and_updates_from_them_happen_in_each_run()
    {
        var (other, target) = (new Variable("other", [2]), new Variable("target", [2]));
        weight.Write([1, 2]);
        other.Write([10, 20]);
        var sum = Counted(weight) + Counted(other);
        var x = input;
        for (var i = 0; i < 5; i++) x = new Node(new CountedOp(), x + sum);
        var plan = Plan.Compile(new Graph([x, sum], [new Update(target, sum)]));
        for (var run = 0; run < 3; run++)
        {
            target.Write([0, 0]);
            Assert.Equal([55, 110], Run(plan, 0, 0));
            Assert.Equal([11, 22], plan.Output(1).ToArray());
            Assert.Equal([11, 22], target.Values.ToArray());
        }

        Assert.Equal(2, counted.Runs);
        other.Write([0, 0]);
        Assert.Equal([5, 10], Run(plan, 0, 0));
    }

    [Fact]
    public void A_wrong_number_of_values_is_refused() => Assert.Equal(
        "Variable 'weight': expected 2 values for the shape (2); received 3. (Parameter 'values')",
        Assert.Throws<ArgumentException>(() => weight.Write([1, 2, 3])).Message);

    private Node Counted(Variable variable) => new(counted, new Node(new VariableOp(variable)));

    private float[] Run(Plan plan, params ReadOnlySpan<float> values)
    {
        values.CopyTo(plan.Input(input));
        plan.Run();
        return plan.Output(0).ToArray();
    }

    /// <summary>The identity, which counts its computations.</summary>
    private sealed record CountedOp : Op
    {
        public int Runs { get; private set; }

        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [outputGradient];

        public override void Reference(ReferenceCall call)
        {
            Runs++;
            call.Inputs[0].CopyTo(call.Output, 0);
        }

        public bool Equals(CountedOp? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => 0;
    }
}
