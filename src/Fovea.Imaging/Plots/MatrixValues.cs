using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>A matrix whose values are drawn as colors.</summary>
internal sealed class MatrixValues
{
    private readonly float[] values;
    private readonly ColorMap colors;

    /// <param name="matrix">(rows, columns), or the same with further dimensions of 1 before or after.</param>
    /// <param name="colors">The colors.</param>
    /// <param name="range">The values of the first and the last color; null for the smallest and the largest finite value.</param>
    /// <param name="subject">The class that complains.</param>
    /// <param name="argument">The name of the argument.</param>
    /// <exception cref="ArgumentException">The tensor is no matrix, or the range is empty.</exception>
    public MatrixValues(Tensor matrix, ColorMap colors, (double Low, double High)? range, string subject, string argument)
    {
        ArgumentNullException.ThrowIfNull(matrix, argument);
        List<int> dimensions = [.. matrix.Shape.Dimensions];
        while (dimensions.Count > 2 && dimensions[^1] == 1) dimensions.RemoveAt(dimensions.Count - 1);
        while (dimensions.Count > 2 && dimensions[0] == 1) dimensions.RemoveAt(0);
        if (dimensions.Count != 2 || dimensions.Contains(0))
            throw new ArgumentException(
                $"{subject}: expected a matrix (rows, columns), such as one channel maps[0, .., .., 5]; received {matrix.Shape}.", argument);
        if (range is var (low, high) && !(low < high && double.IsFinite(high - low)))
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{subject}: expected a range from a lower to a higher value; received ({low}, {high})."),
                    nameof(range));
        (Rows, Columns, values, this.colors) = (dimensions[0], dimensions[1], matrix.Values, colors);
        (Low, High) = range ?? RangeOf(values, colors);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The value of the first color.</summary>
    public double Low { get; }

    /// <summary>The value of the last color.</summary>
    public double High { get; }

    /// <summary>The colors of all values, row by row. Values that are not finite are grey.</summary>
    public SKColor[] Colors() => Array.ConvertAll(values, value => float.IsFinite(value) ? ColorAt((value - Low) / (High - Low)) : Palette.Grid);

    /// <summary>The color of a share of the range, from 0 to 1.</summary>
    public SKColor ColorAt(double share) => colors switch
    {
        ColorMap.Grey => ExplanationColors.Grey(share),
        ColorMap.Diverging => ExplanationColors.Diverging((2 * Math.Clamp(share, 0, 1)) - 1, 1),
        ColorMap.Turbo => ExplanationColors.Turbo(share),
        _ => ExplanationColors.Viridis(share),
    };

    private static (double Low, double High) RangeOf(float[] values, ColorMap colors)
    {
        var finite = values.Where(float.IsFinite).ToList();
        var (low, high) = finite.Count == 0 ? (0.0, 1.0) : (finite.Min(), (double)finite.Max());
        if (colors == ColorMap.Diverging) (low, high) = (-Math.Max(Math.Abs(low), Math.Abs(high)), Math.Max(Math.Abs(low), Math.Abs(high)));
        if (high > low) return (low, high);
        return colors == ColorMap.Diverging ? (-1, 1) : (low, low + 1);  // equal values have the first color
    }
}
