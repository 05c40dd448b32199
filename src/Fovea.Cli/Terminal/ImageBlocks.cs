using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fovea.Cli;

/// <summary>
/// A small grey image as text. Each character shows two pixels, one above the other: in shades of grey if the terminal has colors, as half blocks
/// otherwise.
/// </summary>
internal sealed class ImageBlocks(IReadOnlyList<float> pixels, int height, int width) : Renderable
{
    /// <summary>The number of characters in a row; there are half as many rows.</summary>
    private const int Side = 14;

    /// <summary>Digits like MNIST's have a margin of four empty pixels. Half of it is kept.</summary>
    private const double Rim = 2.0 / 28;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(Side, Side);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        for (var row = 0; row < Side; row += 2)
        {
            for (var column = 0; column < Side; column++)
            {
                var (upper, lower) = (Mean(row, column), Mean(row + 1, column));
                yield return options.Capabilities.Ansi && options.ColorSystem is (ColorSystem.EightBit or ColorSystem.TrueColor)
                    ? new Segment("▀", new Style(Grey(upper), Grey(lower)))
                    : new Segment((upper > 0.35, lower > 0.35) switch { (true, true) => "█", (true, false) => "▀", (false, true) => "▄", _ => " " });
            }

            yield return Segment.LineBreak;
        }
    }

    private static Color Grey(double value)
    {
        var level = (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
        return new Color(level, level, level);
    }

    /// <summary>The mean of the image area that one half of a character shows.</summary>
    private double Mean(int row, int column)
    {
        var (top, bottom) = Extent(row, height);
        var (left, right) = Extent(column, width);
        var (sum, area) = (0.0, 0.0);
        for (var y = (int)top; y < Math.Min(height, Math.Ceiling(bottom)); y++)
        {
            for (var x = (int)left; x < Math.Min(width, Math.Ceiling(right)); x++)
            {
                var covered = (Math.Min(bottom, y + 1) - Math.Max(top, y)) * (Math.Min(right, x + 1) - Math.Max(left, x));
                sum += covered * pixels[(y * width) + x];
                area += covered;
            }
        }

        return sum / area;
    }

    private static (double Start, double End) Extent(int position, int size)
    {
        var scale = size * (1 - (2 * Rim)) / Side;
        return ((size * Rim) + (position * scale), (size * Rim) + ((position + 1) * scale));
    }
}
