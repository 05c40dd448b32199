using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine.Ops;

/// <summary>
/// Two of the three checks of every op: the first and second derivatives against central differences, and the kernel against the reference.
/// </summary>
public class OpTests
{
    public static IEnumerable<TheoryDataRow<OpCase>> Cases => OpCases.All.Select(row => new TheoryDataRow<OpCase>(row) { TestDisplayName = row.Name });

    /// <summary>
    /// The gradient of Σ w·op(x) with fixed random w, compared with (f(x + h) − f(x − h)) / 2h in float64. With h = 1e-5 the difference has an error of about
    /// h² = 1e-10 and a rounding error of about 1e-16 / h = 1e-11, so a tolerance of 1e-6 catches any wrong factor.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_equals_central_differences(OpCase row)
    {
        var inputs = row.Inputs.Select((shape, i) => new Node(new InputOp($"x{i}", shape))).ToArray();
        var output = row.Build(inputs);
        var weights = new Node(new InputOp("weights", output.Shape));
        var loss = (output * weights).Sum();
        var values = Values(row, inputs, weights);
        var targets = inputs.Where((_, i) => !row.Constants.Contains(i)).ToArray();
        var gradients = ReferenceInterpreter.Run(new Graph(Differentiation.Gradients(loss, targets)), values);
        var graph = new Graph([loss]);
        const double H = 1e-5;
        for (var t = 0; t < targets.Length; t++)
        {
            var x = values[targets[t]];
            for (var i = 0; i < x.Length; i++)
            {
                var original = x[i];
                x[i] = original + H;
                var above = ReferenceInterpreter.Run(graph, values)[0][0];
                x[i] = original - H;
                var below = ReferenceInterpreter.Run(graph, values)[0][0];
                x[i] = original;
                var expected = (above - below) / (2 * H);
                Assert.True(
                    Math.Abs(gradients[t][i] - expected) <= 1e-6 * Math.Max(1, Math.Abs(expected)),
                    $"input {t} [{i}]: {gradients[t][i]} instead of {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_second_derivative_equals_central_differences_of_the_gradient(OpCase row)
    {
        var inputs = row.Inputs.Select((shape, i) => new Node(new InputOp($"x{i}", shape))).ToArray();
        var output = row.Build(inputs);
        var weights = new Node(new InputOp("weights", output.Shape));
        SecondDerivatives.Check(
            (output * weights).Sum(), [.. inputs.Where((_, i) => !row.Constants.Contains(i)), weights], Values(row, inputs, weights),
            sums: inputs.Max(input => input.Shape.Count));
    }

    /// <summary>
    /// Value and gradients of a plan, compared with the reference. The tolerance is 8 ε √K of the output's scale, where K is the length of sums.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_plan_equals_the_reference(OpCase row)
    {
        var inputs = row.Inputs.Select((shape, i) => new Node(new InputOp($"x{i}", shape))).ToArray();
        var output = row.Build(inputs);
        var weights = new Node(new InputOp("weights", output.Shape));
        var targets = inputs.Where((_, i) => !row.Constants.Contains(i)).ToArray();
        Node[] outputs = [output, .. Differentiation.Gradients((output * weights).Sum(), targets)];
        PlanChecks.Compare(new Graph(outputs), Values(row, inputs, weights), sums: inputs.Max(input => input.Shape.Count));
    }

    /// <summary>
    /// Equal ops on equal inputs are one value: it is computed once, and a value that depends on weights only exists once for all plans.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Ops_that_are_built_twice_are_equal(OpCase row)
    {
        foreach (var isInference in new[] { false, true })
        {
            var (first, second) = (Ops(), Ops());
            Assert.Equal(first.Count, second.Count);
            Assert.All(
                first.Zip(second), pair =>
                Assert.True(pair.First.Equals(pair.Second) && pair.First.GetHashCode() == pair.Second.GetHashCode(), $"{pair.First} is not equal to itself"));

            List<Op> Ops()
            {
                var inputs = row.Inputs.Select((shape, i) => new Node(new InputOp($"x{i}", shape))).ToArray();
                var output = row.Build(inputs);
                var targets = inputs.Where((_, i) => !row.Constants.Contains(i)).ToArray();
                var graph = new Graph([output, .. Differentiation.Gradients(output.Square().Sum(), targets)]);
                return [.. FusionRules.Apply(graph, isInference).Nodes.Select(node => node.Op).Where(op => op is not InputOp)];
            }
        }
    }

    [Fact]
    public void Every_op_has_a_row()
    {
        var covered = new HashSet<Type>();
        foreach (var row in OpCases.All)
        {
            var inputs = row.Inputs.Select((shape, i) => new Node(new InputOp($"x{i}", shape))).ToArray();
            covered.UnionWith(new Graph([row.Build(inputs)]).Nodes.Select(node => node.Op.GetType()));
        }

        var ops = typeof(Op).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Op)) && type is { IsAbstract: false, IsPublic: true } && !type.IsSubclassOf(typeof(SourceOp)));
        Assert.Empty(ops.Except(covered).Select(type => type.Name));
    }

    internal static Dictionary<Node, double[]> Values(OpCase row, Node[] inputs, Node weights)
    {
        var random = new RandomNumbers(42);
        var values = new Dictionary<Node, double[]> { [weights] = PlanChecks.Fill(weights.Shape, () => random.NextNormal()) };
        for (var k = 0; k < inputs.Length; k++)
        {
            // Class numbers and keys are small integers; other values follow the domain. All are floats, so that plans get the same values.
            var isConstant = row.Constants.Contains(k) && inputs[k].Shape.Rank == 1;
            values[inputs[k]] = PlanChecks.Fill(inputs[k].Shape, () => isConstant ? random.NextInt(3) : row.Domain(random.NextNormal()));
        }

        return values;
    }
}
