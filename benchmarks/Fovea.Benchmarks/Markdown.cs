using System.Globalization;
using System.Text;

namespace Fovea.Benchmarks;

/// <summary>A report as tables for a README.</summary>
internal static class Markdown
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        var machine = report.Machine;
        text.Append(
            CultureInfo.InvariantCulture,
            $"{machine.Processor}, {machine.Cores} cores, {machine.Vectors} vectors, {machine.MemoryGb} GB; {machine.OperatingSystem}; {machine.Dotnet}");
        var peers = report.Networks.SelectMany(row => row.Peers).Select(peer => peer.Name).Distinct().ToList();
        if (peers.Count > 0) text.Append(CultureInfo.InvariantCulture, $"; {string.Join(", ", peers)}");
        Row[] rows = [.. report.Networks, .. report.Kernels, .. report.Threads, .. report.Scale];
        if (rows.Length > 0)
            text.Append(
                CultureInfo.InvariantCulture, $"; {rows.Max(row => row.Measured):d MMMM yyyy}, {string.Join(", ", rows.Select(row => row.Commit).Distinct())}");
        text.Append(".\n");
        if (report.Networks.Count > 0) Networks(text, report.Networks);
        if (report.Kernels.Count > 0) Kernels(text, report.Kernels);
        if (report.Threads.Count > 0) Threads(text, report.Threads);
        if (report.Scale.Count > 0) Scale(text, report.Scale);
        return text.ToString();
    }

    private static void Networks(StringBuilder text, List<NetworkRow> rows)
    {
        Head(text, "Compared with other libraries", "work", "batch", "threads", "Fovea, images/s", "of the limit", "library", "images/s", "of the limit",
            "ratio (lowest – highest of the pairs)", "memory, MB", "peer", "first result, ms", "peer");
        foreach (var row in rows)
        {
            foreach (var peer in row.Peers.Cast<Figures?>().DefaultIfEmpty())
            {
                Line(
                    text, $"{row.Mode} {row.Network}", $"{row.BatchSize}", $"{row.Threads}", Number(row.Fovea.ImagesPerSecond.Median),
                        Percent(row.Fovea.ShareOfLimit),
                    peer?.Name.Split(" / ")[0] ?? "", Of(peer?.ImagesPerSecond.Median, Number), Of(peer?.ShareOfLimit, Percent), peer is null
                        ? ""
                        : Times(peer.Ratio!),
                    $"{row.Fovea.PeakRssMb:0}", $"{peer?.PeakRssMb:0}", $"{row.Fovea.FirstResultMs:0}", $"{peer?.FirstResultMs:0}");
            }
        }
    }

    private static void Kernels(StringBuilder text, List<KernelRow> rows)
    {
        Head(text,
            string.Create(
            CultureInfo.InvariantCulture, $"Single ops, GFLOP/s and share of the limit ({rows[^1].LimitGflops:0} GFLOP/s on {rows[^1].Threads} threads)"), "op",
            "batch", "threads", "forward", "input gradient", "kernel gradient");
        foreach (var group in rows.GroupBy(row => (row.Kernel, row.BatchSize, row.Threads)))
        {
            var passes = ((string[])["forward", "input gradient", "kernel gradient"]).Select(pass => group.FirstOrDefault(row => row.Pass == pass));
            Line(text,
                [group.Key.Kernel, $"{group.Key.BatchSize}", $"{group.Key.Threads}",
                .. passes.Select(row => row is null ? "" : $"{Number(row.Gflops)} ({Percent(row.Gflops / row.LimitGflops)})")]);
        }
    }

    private static void Threads(StringBuilder text, List<ThreadsRow> rows)
    {
        Head(text, "Threads", "work", "batch", "one thread, images/s", $"on {rows[^1].Cores} cores", "kept with one core taken",
            $"{rows[^1].ManyThreads} threads", "same bits");
        foreach (var row in rows)
        {
            Line(
                text, $"{row.Mode} {row.Network}", $"{row.BatchSize}", Number(row.OneThread), Times(row.SpeedUp), row.KeptOfOneLess is { } kept
                    ? Percent(kept.Median)
                    : "",
                Times(row.Oversubscribed), row.SameBits ? "yes" : "**no**");
        }
    }

    private static void Scale(StringBuilder text, List<ScaleRow> rows)
    {
        var workers = rows[^1].SpeedUps.Skip(1).Select(speedUp => speedUp.Workers).ToArray();
        Head(text, "Simulated speed-up on more workers",
            ["work", "batch", "one worker, ms", $"{rows[^1].Cores} cores, measured", .. workers.Select(count => $"{count} workers")]);
        foreach (var row in rows)
            Line(text,
                [$"{row.Mode} {row.Network}", $"{row.BatchSize}", Number(row.Milliseconds), $"{Number(row.MeasuredTimes)}×",
                .. row.SpeedUps.Skip(1).Select(speedUp => $"{Number(speedUp.Times)}× ({Percent(speedUp.Efficiency)})")]);
        Head(text, "What limits it", "work", "batch", "workers", "of the time lost", "efficiency", "steps", "units of each", "step, phase", "reason");
        foreach (var row in rows)
        {
            foreach (var speedUp in row.SpeedUps.Where(speedUp => speedUp.Workers >= 16))
            {
                foreach (var limit in speedUp.Limits)
                {
                    Line(
                        text, $"{row.Mode} {row.Network}", $"{row.BatchSize}", $"{speedUp.Workers}", Percent(limit.LostShare), Percent(limit.Efficiency),
                            $"{limit.Times}", $"{limit.Units}",
                        $"{limit.Step}, {limit.Phase}", limit.Reason);
                }
            }
        }
    }

    private static void Head(StringBuilder text, string title, params string[] columns)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n");
        Line(text, columns);
        Line(text, [.. columns.Select(_ => "---")]);
    }

    private static void Line(StringBuilder text, params string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static string Of(double? value, Func<double, string> format) => value is { } number ? format(number) : "";

    private static string Times(Spread ratio) => $"**{Number(ratio.Median)}×** ({Number(ratio.Min)} – {Number(ratio.Max)})";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);
}
