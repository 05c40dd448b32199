using System.Globalization;

namespace Fovea.Cli;

/// <summary>The value by which people judge a training: its name, and how it is printed.</summary>
/// <param name="Name">The name of the metric in <see cref="History"/>, and the heading of its column.</param>
/// <param name="IsShare">Whether it is a share, which is printed in percent.</param>
internal sealed record ScoreColumn(string Name, bool IsShare = true)
{
    public string Print(double value) => IsShare
        ? (100 * value).ToString("0.00", CultureInfo.InvariantCulture) + " %"
        : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
