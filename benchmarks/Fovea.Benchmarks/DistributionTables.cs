using System.Globalization;
using System.Text;

namespace Fovea.Benchmarks;

/// <summary>The speed-up of training on 2 to 256 machines, computed from a formula, as tables for docs/distributed.md.</summary>
internal static class DistributionTables
{
    private const double SmallMachine = 1;
    private const double LargeMachine = 25;
    private const int MachinesOfExchange = 8;
    private static readonly int[] Machines = [2, 4, 8, 16, 32, 64, 128, 256];

    /// <summary>Machines of two cores, whose speed was measured.</summary>
    public static string OfSmallMachines => Table(SmallMachine);

    /// <summary>Machines of 64 cores, taken as 25 times as fast.</summary>
    public static string OfLargeMachines => Table(LargeMachine);

    public static string Text => $"Machines of 2 cores\n\n{OfSmallMachines}\nMachines of 64 cores\n\n{OfLargeMachines}";

    private static string Table(double speed)
    {
        var text = new StringBuilder();
        Line(text, ["net, batch", "alone", "Gbit/s", "exchange", .. Machines.Select(Number), "limit"]);
        Line(text, ["---", "---:", "---:", "---:", .. Enumerable.Repeat("---:", Machines.Length + 1)]);
        foreach (var network in DistributedNetwork.All)
        {
            foreach (var link in NetworkLink.All) Line(text, Row(network, link, speed));
        }

        return text.ToString();
    }

    /// <summary>A row; the name of the network and the time on one machine are in the first of its rows.</summary>
    private static string[] Row(DistributedNetwork network, NetworkLink link, double speed)
    {
        var isFirst = link == NetworkLink.All[0];
        return
        [
            isFirst ? $"{network.Name}, {Number(network.BatchSize)}" : "", isFirst ? Time(network.StepSeconds(speed)) : "", Number(link.GigabitsPerSecond),
            Time(link.ExchangeSeconds(network.Weights, MachinesOfExchange)),
            .. Machines.Select(machines => machines > network.BatchSize ? "–" : string.Create(
                CultureInfo.InvariantCulture, $"{network.SpeedUp(link, speed, machines):0.0}")),
            Number(network.Limit(link, speed)),
        ];
    }

    private static void Line(StringBuilder text, string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    /// <summary>A time with three significant digits, or those of whole milliseconds or tenths of seconds.</summary>
    private static string Time(double seconds)
    {
        var milliseconds = 1e3 * seconds;
        var (value, unit, format) = milliseconds switch
        {
            < 1 => (milliseconds, "ms", "0.000"),
            < 10 => (milliseconds, "ms", "0.00"),
            < 100 => (milliseconds, "ms", "0.0"),
            < 1000 => (milliseconds, "ms", "0"),
            < 10_000 => (seconds, "s", "0.00"),
            _ => (seconds, "s", "0.0"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}");
    }

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
