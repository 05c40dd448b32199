using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Fovea.Cli;

/// <summary>
/// Parses the numbers of a command line independently of the culture: digits, a decimal point and an exponent. Group separators, decimal commas and
/// other text are refused, as in "0,001".
/// </summary>
internal static class NumberText
{
    /// <summary>Parses a whole number of ASCII digits with an optional minus sign.</summary>
    public static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && text[0] != '+';

    /// <summary>Parses a finite number; "NaN" and "Infinity" are refused.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value) && !text.StartsWith('+') && text.Any(char.IsAsciiDigit);

    /// <summary>Makes an option accept whole numbers of a range.</summary>
    public static Option<int> Whole(this Option<int> option, int minimum, int maximum = int.MaxValue)
    {
        option.CustomParser = result => ParseWhole(result, option.Name, minimum, maximum) ?? minimum;
        return option;
    }

    /// <inheritdoc cref="Whole(Option{int}, int, int)"/>
    public static Option<int?> Whole(this Option<int?> option, int minimum, int maximum = int.MaxValue)
    {
        option.CustomParser = result => ParseWhole(result, option.Name, minimum, maximum);
        return option;
    }

    /// <summary>Makes an option accept numbers above 0 that float32 can represent.</summary>
    public static Option<double?> Positive(this Option<double?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!TryParse(text, out double value)) result.AddError(NoNumber(option.Name, text));
            else if (!((float)value > 0)) result.AddError($"{option.Name}: expected a number above 0; received {text}.");
            else if (float.IsInfinity((float)value)) result.AddError($"{option.Name}: expected a number of at most 3.4e38; received {text}.");
            else return value;
            return null;
        };
        return option;
    }

    /// <summary>Makes an option accept numbers of a range.</summary>
    public static Option<double?> Within(this Option<double?> option, double minimum, double below)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!TryParse(text, out double value)) result.AddError(NoNumber(option.Name, text));
            else if (value >= minimum && value < below) return value;
            else result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{option.Name}: expected a number of at least {minimum} and below {below}; received {text}."));
            return null;
        };
        return option;
    }

    /// <summary>Makes an option accept whole numbers of at least 1 with commas between them.</summary>
    public static Option<IReadOnlyList<int>?> Wholes(this Option<IReadOnlyList<int>?> option, string example)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var values = text.Split(',').Select(part => TryParse(part, out long value) && value is >= 1 and <= 65536 ? (int)value : 0).ToArray();
            if (values.Length <= 16 && !values.Contains(0)) return values;
            result.AddError($"{option.Name}: expected whole numbers of at least 1 with commas between them, as in {example}; received {text}.");
            return null;
        };
        return option;
    }

    /// <summary>Makes an option accept numbers above 0 and up to 1, with commas between them.</summary>
    public static Option<IReadOnlyList<double>?> Shares(this Option<IReadOnlyList<double>?> option, string example)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var values = text.Split(',').Select(part => TryParse(part, out double value) && value is > 0 and <= 1 ? value : 0).ToArray();
            if (values.Length <= 16 && !values.Contains(0)) return values;
            result.AddError($"{option.Name}: expected numbers above 0 and up to 1 with commas between them, as in {example}; received {text}.");
            return null;
        };
        return option;
    }

    /// <summary>Makes an option accept durations.</summary>
    public static Option<TimeSpan?> Duration(this Option<TimeSpan?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Durations.TryParse(text, out var duration)) return duration;
            result.AddError($"{option.Name}: expected hours, minutes and seconds, as in 10m, 90s or 1h30m; received {text}.");
            return null;
        };
        return option;
    }

    private static string NoNumber(string name, string text) =>
        $"{name}: expected a number; received {text}.{(text.Contains(',') ? " Decimals follow a point, as in 0.001." : "")}";

    private static int? ParseWhole(ArgumentResult result, string name, int minimum, int maximum)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out long value))
        {
            var isLarge = text.All(char.IsAsciiDigit) && text.Length > 0;
            result.AddError(
                isLarge
                    ? $"{name}: expected a whole number from {minimum} to {maximum}; received {text}."
                    : $"{name}: expected a whole number; received {text}.");
            return null;
        }

        if (value >= minimum && value <= maximum) return (int)value;
        result.AddError(maximum == int.MaxValue && value < minimum
            ? $"{name}: expected a whole number of at least {minimum}; received {text}."
            : $"{name}: expected a whole number from {minimum} to {maximum}; received {text}.");
        return null;
    }
}
