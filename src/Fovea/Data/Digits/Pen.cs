using System.Numerics;

namespace Fovea;

/// <summary>A point of the pen's path.</summary>
internal struct PathPoint(Vector2 position, bool lands = false)
{
    /// <summary>The position.</summary>
    public Vector2 Position = position;

    /// <summary>The radius of the tip here, in pixels.</summary>
    public float Radius;

    /// <summary>Whether a stroke starts here.</summary>
    public readonly bool Lands = lands;
}

/// <summary>A round pen: draws paths by their distance field.</summary>
internal static class Pen
{
    /// <summary>The height and width of an image like those of MNIST.</summary>
    public const int Size = 28;

    /// <summary>The length of the pen's path on the paper.</summary>
    public static float Length(ReadOnlySpan<PathPoint> path)
    {
        var length = 0f;
        for (var i = 1; i < path.Length; i++)
            if (!path[i].Lands)
                length += Length(path[i - 1], path[i]);
        return length;
    }

    /// <summary>The center of the ink of a path: each segment has the weight length × width of the tip.</summary>
    public static Vector2 CentreOfInk(ReadOnlySpan<PathPoint> path)
    {
        var (sum, total) = (Vector2.Zero, 1e-6f);
        for (var i = 1; i < path.Length; i++)
        {
            if (path[i].Lands) continue;
            var ink = Length(path[i - 1], path[i]) * (path[i].Radius + path[i - 1].Radius);
            sum += ink * 0.5f * (path[i].Position + path[i - 1].Position);
            total += ink;
        }

        return sum / total;
    }

    /// <summary>
    /// Draws a path. The value of a pixel is the share of its area inside the ink, estimated from the distance of its center to the edge of
    /// the ink.
    /// </summary>
    /// <param name="path">The path of the pen; the center of pixel (x, y) is at the integers (x, y).</param>
    /// <param name="edge">The width in pixels over which the value falls from full to none at the edge of the ink: 1 is sharp, more is blurred.</param>
    /// <param name="ink">The value inside the ink, from 0 to 1.</param>
    /// <param name="image">Receives <paramref name="side"/> × <paramref name="side"/> values.</param>
    /// <param name="side">The height and width of the image.</param>
    public static void Draw(ReadOnlySpan<PathPoint> path, float edge, float ink, Span<float> image, int side = Size)
    {
        image = image[..(side * side)];
        image.Fill(-edge);
        for (var i = 1; i < path.Length; i++)
            if (!path[i].Lands)
                Deepen(path[i - 1], path[i], edge, image, side);
        foreach (ref var pixel in image)
            pixel = ink * Math.Clamp(pixel / edge + 0.5f, 0, 1);
    }

    private static float Length(in PathPoint from, in PathPoint to)
    {
        var way = to.Position - from.Position;
        return MathF.Sqrt(way.X * way.X + way.Y * way.Y);
    }

    /// <summary>Raises each pixel to its depth in the ink of one straight segment: the radius of the tip minus the distance.</summary>
    private static void Deepen(in PathPoint from, in PathPoint to, float edge, Span<float> depth, int side)
    {
        var reach = Math.Max(from.Radius, to.Radius) + 0.5f * edge;
        var (start, way) = (from.Position, to.Position - from.Position);
        var swell = to.Radius - from.Radius;
        var perLength = 1 / (way.X * way.X + way.Y * way.Y + 1e-9f);
        var left = Math.Max(0, (int)MathF.Ceiling(Math.Min(start.X, to.Position.X) - reach));
        var right = Math.Min(side - 1, (int)MathF.Floor(Math.Max(start.X, to.Position.X) + reach));
        var top = Math.Max(0, (int)MathF.Ceiling(Math.Min(start.Y, to.Position.Y) - reach));
        var bottom = Math.Min(side - 1, (int)MathF.Floor(Math.Max(start.Y, to.Position.Y) + reach));
        for (var y = top; y <= bottom; y++)
        {
            var dy = y - start.Y;
            for (var x = left; x <= right; x++)
            {
                var dx = x - start.X;
                var t = Math.Clamp((dx * way.X + dy * way.Y) * perLength, 0, 1);
                var (ex, ey) = (dx - t * way.X, dy - t * way.Y);
                ref var pixel = ref depth[y * side + x];
                pixel = Math.Max(pixel, from.Radius + t * swell - MathF.Sqrt(ex * ex + ey * ey));
            }
        }
    }
}
