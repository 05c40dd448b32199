using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.PublicApi.Tests;

/// <summary>Arithmetic on nodes is written as on numbers, whichever side the number is on.</summary>
public class NodeOperatorsTests
{
    private static readonly Node X = new(new InputOp("x", [2]));
    private static readonly Node Y = new(new InputOp("y", [2]));

    public static TheoryData<string, Node, double[]> Formulas => new()
    {
        { "x + y", X + Y, [6, -2] },
        { "x - y", X - Y, [2, -6] },
        { "x * y", X * Y, [8, -8] },
        { "x / y", X / Y, [2, -2] },
        { "x + 1f", X + 1f, [5, -3] },
        { "x - 1f", X - 1f, [3, -5] },
        { "x * 2f", X * 2f, [8, -8] },
        { "x / 2f", X / 2f, [2, -2] },
        { "1f + x", 1f + X, [5, -3] },
        { "1f - x", 1f - X, [-3, 5] },
        { "2f * x", 2f * X, [8, -8] },
        { "1f / x", 1f / X, [0.25, -0.25] },
        { "x * 2", X * 2, [8, -8] },
        { "2 / x", 2 / X, [0.5, -0.5] },
        { "x * 0.5", X * 0.5, [2, -2] },
        { "0.5 + x", 0.5 + X, [4.5, -3.5] },
        { "x.Clip(-0.5, 0.5)", X.Clip(-0.5, 0.5), [0.5, -0.5] },
        { "x.LeakyRelu(0.25)", X.LeakyRelu(0.25), [4, -1] },
        { "-x", -X, [-4, 4] },
    };

    [Theory]
    [MemberData(nameof(Formulas))]
    public void A_formula_means_what_it_means_for_numbers(string formula, Node node, double[] expected)
    {
        var values = new Dictionary<Node, double[]> { [X] = [4, -4], [Y] = [2, 2] };
        Assert.Equal(expected, ReferenceInterpreter.Run(new Graph([node]), values)[0]);
        Assert.NotEmpty(formula);
    }

    /// <summary>C# also finds extension operators; F# and Visual Basic find members only.</summary>
    [Fact]
    public void The_operators_are_members_that_other_languages_find()
    {
        var operators = typeof(Node).GetMethods().Where(method => method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal));
        Assert.Equal(
            [
                "op_Addition 3", "op_Division 3", "op_GreaterThan 3", "op_GreaterThanOrEqual 3", "op_LessThan 3", "op_LessThanOrEqual 3", "op_Multiply 3",
                "op_Subtraction 3", "op_UnaryNegation 1",
            ],
            operators.GroupBy(method => method.Name).Select(group => $"{group.Key} {group.Count()}").Order(StringComparer.Ordinal));
    }
}
