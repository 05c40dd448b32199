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
}
