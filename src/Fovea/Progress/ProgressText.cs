using System.Globalization;

namespace Fovea;

/// <summary>Numbers and durations in progress lines, as Keras prints them.</summary>
internal static class ProgressText
{
    /// <summary>A value with its name: four decimals, or five digits and an exponent for values of at most 0.001.</summary>
    public static string Value(KeyValuePair<string, double> value) => $"{value.Key}: {Number(value.Value)}";

    /// <summary>The number of finished steps and of all: <c> 7/63</c>, or <c>7/?</c> if that is not known.</summary>
    public static string Count(long done, long? total)
    {
        if (total is not { } known) return string.Create(CultureInfo.InvariantCulture, $"{done}/?");
        var all = known.ToString(CultureInfo.InvariantCulture);
        return $"{done.ToString(CultureInfo.InvariantCulture).PadLeft(all.Length)}/{all}";
    }

    /// <summary>A duration in seconds, from a minute on also in minutes, from an hour on also in hours: <c>7s</c>, <c>1:07</c>, <c>1:00:07</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var seconds = (long)Math.Round(duration.TotalSeconds);
        return seconds >= 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}")
            : seconds >= 60
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }

    /// <summary>The time of a step: <c>2s/step</c>, <c>31ms/step</c> or <c>45us/step</c>.</summary>
    public static string PerStep(TimeSpan time, string unit) => time.TotalSeconds >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0}s/{unit}")
        : time.TotalMilliseconds >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms/{unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:0}us/{unit}");

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) > 1e-3 || value == 0 ? "0.0000" : "0.0000e+00", CultureInfo.InvariantCulture);
}
