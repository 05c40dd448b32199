using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Minimizes a smooth function with the limited-memory BFGS method (Nocedal and Wright 2006, "Numerical Optimization", algorithms 7.4 and 7.5) and a
/// backtracking line search.
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 10;
    private const int MaxHalvings = 30;

    /// <summary>The norm of the gradient, relative to that of the first one, at which the search ends.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>The share of the decrease that the slope promises which a step must reach (Armijo's rule).</summary>
    private const double SufficientDecrease = 1e-4;

    /// <summary>Minimizes a function from 0 on.</summary>
    /// <param name="function">Computes the value at a point, and writes the gradient.</param>
    /// <param name="size">The number of variables.</param>
    /// <param name="maxSteps">The maximum number of steps.</param>
    public static float[] Minimize(Func<float[], float[], double> function, int size, int maxSteps)
    {
        var (point, gradient) = (new float[size], new float[size]);
        var value = function(point, gradient);
        var limit = Tolerance * TensorPrimitives.Norm<float>(gradient);
        var pairs = new LinkedList<(float[] Step, float[] Change, double Curvature)>();
        for (var step = 0; step < maxSteps && TensorPrimitives.Norm<float>(gradient) > limit; step++)
        {
            var direction = Direction(gradient, pairs);
            if (Search(function, point, value, gradient, direction, pairs.Count == 0 ? 1 / TensorPrimitives.Norm<float>(gradient) : 1) is not { } next) break;
            var (moved, change) = (new float[size], new float[size]);
            TensorPrimitives.Subtract<float>(next.Point, point, moved);
            TensorPrimitives.Subtract<float>(next.Gradient, gradient, change);
            var curvature = (double)TensorPrimitives.Dot<float>(moved, change);
            if (curvature > 0)
            {
                pairs.AddLast((moved, change, curvature));
                if (pairs.Count > Memory) pairs.RemoveFirst();
            }

            (point, gradient, value) = next;
        }

        return point;
    }

    /// <summary>The two-loop recursion: minus the inverse Hessian, as the pairs approximate it, times the gradient.</summary>
    private static float[] Direction(float[] gradient, LinkedList<(float[] Step, float[] Change, double Curvature)> pairs)
    {
        var direction = gradient.ToArray();
        var factors = new Stack<double>();
        for (var pair = pairs.Last; pair is not null; pair = pair.Previous)
        {
            var factor = TensorPrimitives.Dot<float>(pair.Value.Step, direction) / pair.Value.Curvature;
            factors.Push(factor);
            TensorPrimitives.MultiplyAdd(pair.Value.Change, (float)-factor, direction, direction);
        }

        if (pairs.Last is { Value: var last })
            TensorPrimitives.Multiply(direction, (float)(last.Curvature / TensorPrimitives.SumOfSquares<float>(last.Change)), direction);
        foreach (var pair in pairs)
        {
            var factor = factors.Pop() - (TensorPrimitives.Dot<float>(pair.Change, direction) / pair.Curvature);
            TensorPrimitives.MultiplyAdd(pair.Step, (float)factor, direction, direction);
        }

        TensorPrimitives.Negate<float>(direction, direction);
        return direction;
    }

    private static (float[] Point, float[] Gradient, double Value)? Search(
        Func<float[], float[], double> function, float[] point, double value, float[] gradient, float[] direction, double length)
    {
        var slope = TensorPrimitives.Dot<float>(gradient, direction);
        if (!(slope < 0)) return null;
        for (var halving = 0; halving < MaxHalvings; halving++, length /= 2)
        {
            var (next, itsGradient) = (new float[point.Length], new float[point.Length]);
            TensorPrimitives.MultiplyAdd(direction, (float)length, point, next);
            var itsValue = function(next, itsGradient);
            if (itsValue <= value + (SufficientDecrease * length * slope)) return (next, itsGradient, itsValue);
        }

        return null;
    }
}
