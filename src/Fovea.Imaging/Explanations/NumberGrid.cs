using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>A grid of values in colored cells, with decimals that depend on their magnitude.</summary>
/// <param name="Values">The values, row by row.</param>
/// <param name="Columns">The number of columns.</param>
/// <param name="Cell">The side of a cell in pixels.</param>
/// <param name="Color">The color of a value.</param>
internal sealed record NumberGrid(IReadOnlyList<double> Values, int Columns, float Cell, Func<double, SKColor> Color)
{
    /// <summary>The minimum side of a cell whose value is readable.</summary>
    public const float MinReadable = 40;

    /// <summary>Whether a cell is outside the input, where it is zero.</summary>
    public Func<int, bool> IsOutside { get; init; } = _ => false;

    /// <summary>Whether a cell is marked.</summary>
    public Func<int, bool> IsMarked { get; init; } = _ => false;

    public int Rows => Values.Count / Columns;

    public float Width => Columns * Cell;

    public float Height => Rows * Cell;

    /// <summary>Formats a value with the decimals that values of a magnitude need.</summary>
    public static string Print(double value, double magnitude)
    {
        var format = magnitude switch { >= 100 => "0", >= 10 => "0.0", >= 0.5 => "0.00", >= 0.05 => "0.000", _ => "0.0000" };
        var text = Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);
        return value < 0 && text.Trim('0', '.').Length > 0 ? $"−{text}" : text;
    }

    public PlacedImage Draw(Sheet sheet, float x, float y)
    {
        var magnitude = Values.Max(Math.Abs);
        for (var i = 0; i < Values.Count; i++)
        {
            var place = SKRect.Create(x + (i % Columns * Cell), y + (i / Columns * Cell), Cell, Cell);
            var color = IsOutside(i) ? SKColors.White : Color(Values[i]);
            sheet.Fill(place, color);
            sheet.Frame(place, Palette.Grid);
            if (IsOutside(i)) sheet.Frame(SKRect.Inflate(place, -4, -4), Palette.Quiet, dashed: true);
            if (Cell >= MinReadable)
            {
                sheet.Text(
                    IsOutside(i) || Values[i] == 0 ? "0" : Print(Values[i], magnitude), place.MidX, place.MidY + (Cell * 0.1f), Math.Min(20, Cell * 0.3f),
                    IsOutside(i) ? Palette.Quiet : ExplanationColors.TextOn(color), IsMarked(i), SKTextAlign.Center, Cell - 6);
            }
        }

        for (var i = 0; i < Values.Count; i++)
            if (IsMarked(i))
                sheet.Frame(SKRect.Inflate(SKRect.Create(x + (i % Columns * Cell), y + (i / Columns * Cell), Cell, Cell), -2.5f, -2.5f), Palette.Red, 3);
        return new PlacedImage(x, y, Cell, Rows, Columns);
    }
}
