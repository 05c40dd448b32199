using System.Globalization;

namespace Fovea;

/// <summary>
/// Formats the values of a tensor so that the decimal points are in one column, as NumPy does: each value with the digits that identify it, at most
/// eight decimals, and with exponents if the magnitudes differ by more than 1000, or are below 0.0001 or at least 10⁸.
/// </summary>
internal sealed class AlignedNumbers
{
    private const int Decimals = 8;

    private readonly bool hasExponents;
    private readonly int decimals;
    private readonly int left;
    private readonly int right;

    /// <summary>Chooses the format for values that are printed together.</summary>
    public AlignedNumbers(IReadOnlyCollection<float> values)
    {
        float[] finite = [.. values.Where(float.IsFinite)];
        float[] magnitudes = [.. finite.Where(value => value != 0).Select(Math.Abs)];
        if (magnitudes.Length > 0)
        {
            var (smallest, largest) = (magnitudes.Min(), magnitudes.Max());
            // Unlike NumPy, integers such as 0, 5, 1999 have no exponents.
            hasExponents = largest >= 1e8 || (!magnitudes.All(float.IsInteger) && (smallest < 1e-4f || largest / smallest > 1000));
        }

        var parts = finite.Select(value => hasExponents ? Scientific(value) : Positional(value)).ToList();
        if (hasExponents) decimals = parts.Max(part => part.Right.Length);
        left = parts.Select(part => part.Left.Length).DefaultIfEmpty(0).Max();
        right = hasExponents ? parts.Max(part => part.Exponent.Length) + decimals : parts.Select(part => part.Right.Length).DefaultIfEmpty(0).Max();
        if (finite.Length == values.Count) return;
        var longest = values.Where(value => !float.IsFinite(value)).Max(value => NotFinite(value).Length);
        left = Math.Max(left, longest - right - 1);
    }

    /// <summary>Formats one value, padded to the width of all.</summary>
    public string Format(float value)
    {
        if (!float.IsFinite(value)) return NotFinite(value).PadLeft(left + 1 + right);
        var (whole, fraction, exponent) = hasExponents ? Split(value.ToString($"E{decimals}", CultureInfo.InvariantCulture)) : Positional(value);
        return $"{whole.PadLeft(left)}.{(fraction + exponent).PadRight(right)}";
    }

    private static (string Left, string Right, string Exponent) Positional(float value)
    {
        var text = ((decimal)value is var rounded && (float)rounded == value ? rounded : Parse(value)).ToString("0.########", CultureInfo.InvariantCulture);
        var point = text.IndexOf('.');
        var sign = float.IsNegative(value) && !text.StartsWith('-') ? "-" : "";
        return point < 0 ? (sign + text, "", "") : (sign + text[..point], text[(point + 1)..], "");
    }

    /// <summary>The shortest decimal number that is this float.</summary>
    private static decimal Parse(float value) =>
        decimal.Round(decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture), Decimals);

    /// <summary>The shortest digits that identify the value, split around the point.</summary>
    private static (string Left, string Right, string Exponent) Scientific(float value)
    {
        for (var digits = 0; digits < Decimals; digits++)
        {
            var text = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (float.Parse(text, CultureInfo.InvariantCulture) == value) return Split(text);
        }

        return Split(value.ToString($"E{Decimals}", CultureInfo.InvariantCulture));
    }

    /// <summary>Splits a text such as <c>-1.25E-007</c>; the exponent gets at least two digits.</summary>
    private static (string Left, string Right, string Exponent) Split(string text)
    {
        var (e, point) = (text.IndexOf('E'), text.IndexOf('.'));
        var power = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var exponent = $"e{(power < 0 ? '-' : '+')}{Math.Abs(power).ToString("00", CultureInfo.InvariantCulture)}";
        return point < 0 ? (text[..e], "", exponent) : (text[..point], text[(point + 1)..e], exponent);
    }

    private static string NotFinite(float value) => float.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
