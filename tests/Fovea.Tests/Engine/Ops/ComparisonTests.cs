using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Ops;

public class ComparisonTests
{
    private static readonly float[] Left = [1, 2, 3, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0];
    private static readonly float[] Right = [2, 2, 2, 1, float.PositiveInfinity, float.PositiveInfinity, -0f];

    /// <summary>What NumPy gives for these arrays: <c>(left &gt; right).astype(float)</c> and so on.</summary>
    [Fact]
    public void Nodes_compare_as_IEEE_754_demands_also_NaN_and_infinities()
    {
        AssertValues([0, 0, 1, 0, 0, 0, 0], (x, y) => x > y);
        AssertValues([1, 0, 0, 0, 0, 1, 0], (x, y) => x < y);
        AssertValues([0, 1, 1, 0, 1, 0, 1], (x, y) => x >= y);
        AssertValues([1, 1, 0, 0, 1, 1, 1], (x, y) => x <= y);
        AssertValues([0, 1, 0, 0, 1, 0, 1], (x, y) => x.EqualTo(y));
        AssertValues([1, 0, 1, 1, 0, 1, 0], (x, y) => x.NotEqualTo(y));
        AssertValues([1, 1, 0, 0, 0, 1, 1], (x, _) => x < 2.5);
        AssertValues([0, 1, 1, 0, 1, 0, 0], (x, _) => 2 <= x);
    }

    [Fact]
    public void A_value_that_is_not_selected_does_not_matter_even_if_it_is_not_finite() =>
        AssertValues([1, 2, 3, 9, 9, 9, 9], (x, _) => ((x > 0) * (x < 10)).Where(x, 9));

    private static void AssertValues(float[] expected, Func<Node, Node, Node> compute)
    {
        var (x, y) = (new Node(new InputOp("x", [7])), new Node(new InputOp("y", [7])));
        var result = compute(x, y);
        var plan = Plan.Compile(new Graph([result]));
        if (plan.Has(x)) Left.CopyTo(plan.Input(x));
        if (plan.Has(y)) Right.CopyTo(plan.Input(y));
        plan.Run();
        Assert.Equal(expected, plan.Output(0).ToArray());
    }
}
