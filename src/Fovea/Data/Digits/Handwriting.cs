using System.Collections.Immutable;
using System.Numerics;

namespace Fovea;

/// <summary>Writes a digit in one of its styles with random variations, and positions it as in MNIST.</summary>
internal static class Handwriting
{
    // Deviations, in heights of the digit.
    private const float PointJitter = 0.06f;
    private const float Tremor = 0.006f;
    private const float Bending = 0.16f;

    // In pixels.
    private const float BoxSize = 20;

    private const int CurveSteps = 4;

    /// <summary>An upper limit of the points in a digit's path.</summary>
    public const int MaxPathLength = 256;

    /// <summary>Writes a digit into an image of 28 × 28 values.</summary>
    public static void Write(int digit, ref CounterRandom random, Span<float> image)
    {
        Span<PathPoint> path = stackalloc PathPoint[MaxPathLength];
        path = path[..Form(digit, ref random, path)];
        Pen.Draw(path, edge: random.Uniform(0.7f, 1.2f), ink: Math.Min(1, random.Uniform(0.95f, 1.15f)), image);
    }

    /// <summary>Computes the path of the pen for a digit in an image of 28 × 28 pixels.</summary>
    /// <returns>The number of points written to the path.</returns>
    public static int Form(int digit, ref CounterRandom random, Span<PathPoint> path)
    {
        path = path[..Trace(Choose(DigitHands.ByDigit[digit], ref random), ref random, path)];
        Bend(path, ref random);
        Lean(path, ref random);
        Press(path, ref random);
        Place(path, ref random);
        return path.Length;
    }

    private static DigitHand Choose(ImmutableArray<DigitHand> hands, ref CounterRandom random)
    {
        var total = 0f;
        foreach (var hand in hands) total += hand.Weight;
        var at = random.Uniform() * total;
        foreach (var hand in hands)
        {
            at -= hand.Weight;
            if (at < 0) return hand;
        }

        return hands[^1];
    }

    /// <summary>
    /// Follows the control points, each moved a little: straight along their polygon, with every vertex P rounded by a Bézier curve that
    /// starts and ends on the edges and has the control point P. Full rounding is the quadratic B-spline.
    /// </summary>
    private static int Trace(DigitHand hand, ref CounterRandom random, Span<PathPoint> path)
    {
        var points = hand.Points;
        Span<Vector2> moved = stackalloc Vector2[points.Length];
        for (var i = 0; i < moved.Length; i++)
            moved[i] = points[i].Position + PointJitter * new Vector2(random.Bell(), random.Bell());
        var roundness = random.Uniform(0.35f, 0.5f);
        var cornerRoundness = random.Uniform(0.05f, 0.3f);
        var count = 0;
        for (var i = 0; i < moved.Length; i++)
        {
            if (points[i].Starts || points[i].Ends)
            {
                path[count++] = new PathPoint(moved[i], lands: points[i].Starts);
                continue;
            }

            var share = points[i].Corner ? cornerRoundness : roundness;
            var from = moved[i] + share * (moved[i - 1] - moved[i]);
            var to = moved[i] + share * (moved[i + 1] - moved[i]);
            for (var step = 0; step <= CurveSteps; step++)
            {
                var t = step / (float)CurveSteps;
                var at = (1 - t) * (1 - t) * from + 2 * t * (1 - t) * moved[i] + t * t * to;
                path[count++] = new PathPoint(at + Tremor * new Vector2(random.Bell(), random.Bell()));
            }
        }

        return count;
    }

    /// <summary>Bends the paper: free-form deformation by a patch of 4 × 4 displacements (Sederberg and Parry 1986, eq. 2).</summary>
    private static void Bend(Span<PathPoint> path, ref CounterRandom random)
    {
        Span<Vector2> lattice = stackalloc Vector2[16];
        foreach (ref var displacement in lattice)
            displacement = Bending * new Vector2(random.Bell(), random.Bell());
        var (low, high) = Bounds(path);
        var size = high - low + new Vector2(0.2f);
        foreach (ref var point in path)
        {
            var at = point.Position - low + new Vector2(0.1f);
            var across = Bernstein(at.X / size.X);
            var down = Bernstein(at.Y / size.Y);
            var shift = Vector2.Zero;
            for (var i = 0; i < 4; i++)
                for (var j = 0; j < 4; j++)
                    shift += down[i] * across[j] * lattice[4 * i + j];
            point.Position += shift;
        }
    }

    private static Vector4 Bernstein(float t)
    {
        var s = 1 - t;
        return new Vector4(s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t);
    }

    /// <summary>Scales the width of the digit, slants it and rotates it.</summary>
    private static void Lean(Span<PathPoint> path, ref CounterRandom random)
    {
        var width = 1 + 0.2f * random.Bell();
        var slant = 0.12f + 0.24f * random.Bell();
        var halfTurn = 0.05f * random.Bell(); // tan(angle / 2), from which sine and cosine follow without library functions
        var cosine = (1 - halfTurn * halfTurn) / (1 + halfTurn * halfTurn);
        var sine = 2 * halfTurn / (1 + halfTurn * halfTurn);
        foreach (ref var point in path)
        {
            var x = width * point.Position.X - slant * point.Position.Y;
            var y = point.Position.Y;
            point.Position = new Vector2(cosine * x - sine * y, sine * x + cosine * y);
        }
    }

    /// <summary>Sets the radius of the pen, in pixels: one for the digit, varying a little along the path.</summary>
    private static void Press(Span<PathPoint> path, ref CounterRandom random)
    {
        var heavy = random.Uniform();
        var radius = 0.85f + heavy * (0.8f + 0.5f * heavy * heavy * heavy) + 0.1f * random.Bell();
        var (first, middle, last) = (0.14f * random.Bell(), 0.14f * random.Bell(), 0.14f * random.Bell());
        for (var i = 0; i < path.Length; i++)
        {
            var t = i / (float)path.Length;
            var pressure = 1 + (1 - t) * (1 - t) * first + 2 * t * (1 - t) * middle + t * t * last + 0.08f * random.Bell();
            path[i].Radius = Math.Max(0.5f, radius * pressure);
        }
    }

    /// <summary>
    /// Scales the digit with its ink into the 20 × 20 box and moves the center of the ink to the middle of the image
    /// (LeCun et al. 1998, section III.A), up to half a pixel. A digit with a long path is written with a finer pen.
    /// </summary>
    private static void Place(Span<PathPoint> path, ref CounterRandom random)
    {
        var (low, high) = Bounds(path);
        var side = Math.Max(high.X - low.X, high.Y - low.Y);
        var fineness = Math.Clamp(1.2f - 0.1f * Pen.Length(path) / side, 0.75f, 1.1f);
        var radius = 0f;
        foreach (ref var point in path)
        {
            point.Radius *= fineness;
            radius += point.Radius / path.Length;
        }

        var scale = (BoxSize + 0.4f * random.Bell() - 2 * radius) / side;
        foreach (ref var point in path) point.Position *= scale;
        var middle = new Vector2(Pen.Size / 2) + 0.3f * new Vector2(random.Bell(), random.Bell());
        var shift = middle - Pen.CentreOfInk(path);
        foreach (ref var point in path) point.Position += shift;
    }

    private static (Vector2 Low, Vector2 High) Bounds(ReadOnlySpan<PathPoint> path)
    {
        var (low, high) = (path[0].Position, path[0].Position);
        foreach (var point in path)
        {
            low = Vector2.Min(low, point.Position);
            high = Vector2.Max(high, point.Position);
        }

        return (low, high);
    }
}
