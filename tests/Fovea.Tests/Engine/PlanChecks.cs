using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine;

/// <summary>Compares the float32 results of a plan with the float64 reference.</summary>
internal static class PlanChecks
{
    public static double[] Fill(Shape shape, Func<double> next) => [.. Enumerable.Range(0, shape.Count).Select(_ => (double)(float)next())];

    /// <param name="graph">The graph; its updates are compared too.</param>
    /// <param name="values">The values of its inputs. Variables have the values that the reference gets for them.</param>
    /// <param name="sums">The number of products in the longest sum; rounding errors grow with its root.</param>
    /// <param name="options">The options of the plan.</param>
    /// <param name="minimumScale">The scale of smaller values, which are sums of larger terms that cancel.</param>
    public static void Compare(Graph graph, IReadOnlyDictionary<Node, double[]> values, int sums, PlanOptions? options = null, double minimumScale = 1e-3)
    {
        var expected = ReferenceInterpreter.Run(graph, values);
        var plan = Plan.Compile(graph, options);
        foreach (var (node, value) in values)
        {
            if (node.Op is InputOp && graph.Nodes.Contains(node)) Array.ConvertAll(value, element => (float)element).CopyTo(plan.Input(node));
        }

        plan.Run();
        for (var k = 0; k < expected.Length; k++)
        {
            var actual = k < graph.Outputs.Count ? plan.Output(k).ToArray() : graph.Updates[k - graph.Outputs.Count].Variable.Values.ToArray();
            var scale = Math.Max(minimumScale, expected[k].Max(Math.Abs));
            var tolerance = 8 * 1.2e-7 * Math.Sqrt(Math.Max(4, sums)) * scale;
            for (var i = 0; i < actual.Length; i++)
                Assert.True(
                    Math.Abs(actual[i] - expected[k][i]) <= tolerance, $"value {k} [{i}]: {actual[i]} instead of {expected[k][i]}, tolerance {tolerance}");
        }
    }
}
