using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Numbers in coloured cells, as many decimals as their size asks for.</summary>
/// <param name="Values">The numbers, row after row.</param>
/// <param name="Columns">How many stand side by side.</param>
/// <param name="Cell">The side of a cell on the sheet.</param>
/// <param name="Color">The colour of a number.</param>
internal sealed record NumberGrid(IReadOnlyList<double> Values, int Columns, float Cell, Func<double, SKColor> Color)
{
    /// <summary>The side from which numbers can be read.</summary>
    public const float LeastReadable = 40;

    /// <summary>Cells that show no number of the input but the zeros around it.</summary>
    public Func<int, bool> IsOutside { get; init; } = _ => false;

    /// <summary>Cells that are marked.</summary>
    public Func<int, bool> IsMarked { get; init; } = _ => false;

    public int Rows => Values.Count / Columns;

    public float Width => Columns * Cell;

    public float Height => Rows * Cell;

    /// <summary>The number with as many decimals as numbers of a magnitude need.</summary>
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
            if (Cell >= LeastReadable)
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
