using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Fovea;

/// <summary>
/// One style of writing a digit: the control points of its strokes, in hundredths of the digit's height, x to the right and y down.
/// </summary>
/// <param name="Weight">The frequency of this style, relative to the other styles of the digit.</param>
/// <param name="Path">
/// The strokes, separated by <c>/</c>: points <c>x,y</c> in writing order. The pen starts at the first point of a stroke, ends at
/// the last one and passes those between in a curve; at a point marked <c>!</c> it turns a corner.
/// </param>
internal sealed record DigitHand(float Weight, string Path)
{
    /// <summary>The control points, in units of the height.</summary>
    public ImmutableArray<ControlPoint> Points { get; } = [.. Path.Split('/').SelectMany(Stroke)];

    private static IEnumerable<ControlPoint> Stroke(string path)
    {
        var points = path.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return points.Select((point, i) => Point(point, starts: i == 0, ends: i == points.Length - 1));
    }

    private static ControlPoint Point(string text, bool starts, bool ends)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var x = float.Parse(text.AsSpan(0, comma), CultureInfo.InvariantCulture);
        var y = float.Parse(text.AsSpan(comma + 1).TrimEnd('!'), CultureInfo.InvariantCulture);
        return new ControlPoint(new Vector2(x, y) / 100, starts, ends, text.EndsWith('!'));
    }
}

/// <summary>A point that guides the pen.</summary>
/// <param name="Position">The position.</param>
/// <param name="Starts">Whether the pen is put down here.</param>
/// <param name="Ends">Whether the pen is lifted here.</param>
/// <param name="Corner">Whether the pen turns sharply here.</param>
internal readonly record struct ControlPoint(Vector2 Position, bool Starts, bool Ends, bool Corner);
