using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Fovea.Cli;

/// <summary>
/// Reads the numbers of a command line, the same in every country: digits, a point before decimals, an exponent. Nothing stands for
/// thousands, and nothing else may stand before or behind: "0,001" is not one.
/// </summary>
internal static class NumberText
{
    /// <summary>Reads a whole number of ASCII digits, with a minus where it is below 0.</summary>
    public static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && text[0] != '+';

    /// <summary>Reads a finite number; "NaN" and "Infinity" are none.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value) && !text.StartsWith('+') && text.Any(char.IsAsciiDigit);

    /// <summary>Has an option take whole numbers of a range.</summary>
    public static Option<int> Whole(this Option<int> option, int least, int most = int.MaxValue)
    {
        option.CustomParser = result => ParseWhole(result, option.Name, least, most) ?? least;
        return option;
    }

    /// <summary>Has an option take whole numbers of a range, or none.</summary>
    public static Option<int?> Whole(this Option<int?> option, int least, int most = int.MaxValue)
    {
        option.CustomParser = result => ParseWhole(result, option.Name, least, most);
        return option;
    }

    /// <summary>Has an option take numbers above 0 that float32 can hold.</summary>
    public static Option<double?> Positive(this Option<double?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!TryParse(text, out double value))
                result.AddError($"{option.Name}: expected a number; received {text}.{(text.Contains(',') ? " Decimals follow a point, as in 0.001." : "")}");
            else if (!((float)value > 0)) result.AddError($"{option.Name}: expected a number above 0; received {text}.");
            else if (float.IsInfinity((float)value)) result.AddError($"{option.Name}: expected a number of at most 3.4e38; received {text}.");
            else return value;
            return null;
        };
        return option;
    }

    private static int? ParseWhole(ArgumentResult result, string name, int least, int most)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out long value))
        {
            var isLarge = text.All(char.IsAsciiDigit) && text.Length > 0;
            result.AddError(
                isLarge ? $"{name}: expected a whole number from {least} to {most}; received {text}." : $"{name}: expected a whole number; received {text}.");
            return null;
        }

        if (value >= least && value <= most) return (int)value;
        result.AddError(most == int.MaxValue && value < least
            ? $"{name}: expected a whole number of at least {least}; received {text}."
            : $"{name}: expected a whole number from {least} to {most}; received {text}.");
        return null;
    }
}
