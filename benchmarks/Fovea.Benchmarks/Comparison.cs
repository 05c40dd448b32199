using System.Globalization;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary>Two reports compared: the figures that both contain, and how they changed.</summary>
internal static class Comparison
{
    public static IReadOnlyList<ComparedRow> Of(Report before, Report after) =>
    [
        .. Join(before.Networks, after.Networks, row => row.Fovea.ImagesPerSecond.Median,
            row => row.Peers.ToDictionary(peer => peer.Name.Split(' ')[0], peer => peer.Ratio!.Median)),
        .. Join(before.Kernels, after.Kernels, row => row.Gflops, _ => []),
    ];

    public static void Write(IAnsiConsole console, IReadOnlyList<ComparedRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("", "before", "after", "change", "ratios to the peers");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Key), Number(row.Before), Number(row.After), $"{Number(row.After / row.Before)}×",
                string.Join(", ", row.Peers.Select(peer => $"{peer.Name} {Number(peer.Before)} → {Number(peer.After)}")));
        }

        console.Write(table);
        console.MarkupLine("[grey58]Images/s or GFLOP/s. On a machine with slow minutes trust the ratios to the peers.[/]");
    }

    private static IEnumerable<ComparedRow> Join<T>(List<T> before, List<T> after, Func<T, double> figure, Func<T, Dictionary<string, double>> peers)
        where T : Row =>
        from old in before
        join row in after on old.Key equals row.Key
        let oldPeers = peers(old)
        select new ComparedRow(
            row.Key, figure(old), figure(row),
                [.. peers(row).Where(peer => oldPeers.ContainsKey(peer.Key)).Select(peer => (peer.Key, oldPeers[peer.Key], peer.Value))]);

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);
}

/// <summary>A figure in both reports, with the ratios to the libraries that both measured.</summary>
internal sealed record ComparedRow(string Key, double Before, double After, IReadOnlyList<(string Name, double Before, double After)> Peers);
