using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Engine;

/// <summary>Compares the second derivatives of a scalar with central differences of its gradient, and a plan of them with the reference.</summary>
internal static class SecondDerivatives
{
    /// <summary>
    /// With random projections p, the gradient of s = Σ p·∇loss is taken with respect to the targets. Its product with a random direction d equals
    /// (s(x + h·d) − s(x − h·d)) / 2h in float64. With h = 1e-5 the difference has an error of about h² times the fourth derivative of the loss.
    /// </summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="targets">The nodes to differentiate with respect to.</param>
    /// <param name="values">A value for each target and each other input.</param>
    /// <param name="sums">The number of products in the longest sum, for the tolerance of the plan.</param>
    public static void Check(Node loss, IReadOnlyList<Node> targets, IReadOnlyDictionary<Node, double[]> values, int sums)
    {
        var random = new RandomNumbers(17);
        var all = new Dictionary<Node, double[]>(values);
        var projected = Arithmetic.Constant(0);
        foreach (var gradient in Differentiation.Gradients(loss, targets))
        {
            var projection = new Node(new InputOp("projection", gradient.Shape));
            all[projection] = PlanChecks.Fill(gradient.Shape, () => random.NextNormal());
            projected += (gradient * projection).Sum();
        }

        var seconds = Differentiation.Gradients(projected, targets);
        var received = ReferenceInterpreter.Run(new Graph(seconds), all);
        var directions = targets.Select(target => PlanChecks.Fill(target.Shape, () => random.NextNormal())).ToArray();
        var (expected, actual) = ((At(1e-5) - At(-1e-5)) / 2e-5, directions.Zip(received, (d, g) => d.Zip(g, (a, b) => a * b).Sum()).Sum());
        var scale = directions.Zip(received, (d, g) => d.Zip(g, (a, b) => Math.Abs(a * b)).Sum()).Sum();
        Assert.True(Math.Abs(actual - expected) <= 1e-6 * Math.Max(1, scale), $"{actual} instead of {expected}");
        PlanChecks.Compare(new Graph(seconds), all, sums, minimumScale: 1);

        double At(double step)
        {
            var moved = new Dictionary<Node, double[]>(all);
            for (var t = 0; t < targets.Count; t++) moved[targets[t]] = [.. values[targets[t]].Zip(directions[t], (x, d) => x + (step * d))];
            return ReferenceInterpreter.Run(new Graph([projected]), moved)[0][0];
        }
    }
}
