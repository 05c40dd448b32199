using System.Globalization;

namespace Fovea.Cli;

/// <summary>Formats durations for people.</summary>
internal static class Durations
{
    /// <summary>Seconds with a decimal up to 100, then minutes and seconds, then hours and minutes.</summary>
    public static string Print(double seconds)
    {
        if (seconds < 99.95) return seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours < 1 ? $"{time.Minutes} min {time.Seconds:00} s" : $"{(int)time.TotalHours} h {time.Minutes:00} min";
    }

    /// <summary>Parses hours, minutes and seconds in this order: 90s, 10m, 1h30m.</summary>
    /// <returns>Whether the text is a duration of at least a second.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan();
        foreach (var (unit, length) in (ReadOnlySpan<(char, TimeSpan)>)[('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)),
            ('s', TimeSpan.FromSeconds(1))])
        {
            var end = rest.IndexOf(unit);
            if (end < 0) continue;
            if (!int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 100_000) return false;
            duration += count * length;
            rest = rest[(end + 1)..];
        }

        return rest.IsEmpty && duration >= TimeSpan.FromSeconds(1);
    }

    /// <summary>A duration as <see cref="TryParse"/> reads it, in whole seconds: 1h30m, 10m, 90s.</summary>
    public static string Short(TimeSpan duration)
    {
        var seconds = (long)Math.Round(duration.TotalSeconds);
        var parts = ((long Count, string Unit)[])[(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
        return string.Concat(parts.Where(part => part.Count > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}")));
    }
}
