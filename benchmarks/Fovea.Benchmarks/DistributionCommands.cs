using System.CommandLine;
using System.Globalization;
using Fovea.Cli;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary>The commands about training by several processes.</summary>
internal static class DistributionCommands
{
    /// <summary>Prints the tables of docs/distributed.md.</summary>
    public static Command Tables(IAnsiConsole console)
    {
        var command = new Command("machines", "Computes the speed-up of training on 2 to 256 machines from a formula: the tables of docs/distributed.md.");
        command.SetAction(_ => console.Profile.Out.Writer.Write(DistributionTables.Text));
        return command;
    }

    /// <summary>Measures an exchange of gradients.</summary>
    /// <param name="console">Receives a table.</param>
    /// <param name="guard">Runs an action and reports its error.</param>
    public static Command Exchange(IAnsiConsole console, Func<Action, int> guard)
    {
        var mebibytes = Number("--mebibytes", "The size of the gradients", 64, maximum: 2047);
        var processes = Number("--processes", "The number of processes", 2, maximum: 1000);
        var tcp = new Option<bool>("--tcp") { Description = "Send messages by TCP, also within a machine, as benchmarks/network.sh needs it" };
        var link = new Option<int?>("--link")
        {
            Description = "Also compute the time with the formula, for links of this rate between the processes",
            HelpName = "GIGABITS",
        }.Whole(1, 1000);
        var one = new Option<bool>("--one") { Description = "Be one of the processes", Hidden = true };
        var command = new Command("exchange", "Measures the exchange of gradients between processes, with each MPI of this machine.")
        {
            mebibytes, processes, tcp, link, one,
        };
        command.SetAction(parsed => guard(() =>
        {
            if (parsed.GetValue(one)) ExchangeProcess.Run(parsed.GetValue(mebibytes));
            else Measure(console, parsed.GetValue(mebibytes), parsed.GetValue(processes), parsed.GetValue(tcp), parsed.GetValue(link));
        }));
        return command;
    }

    private static Option<int> Number(string name, string description, int value, int maximum) =>
        new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value }.Whole(1, maximum);

    private static void Measure(IAnsiConsole console, int mebibytes, int processes, bool overTcp, int? gigabits)
    {
        double? computed = gigabits is { } rate ? 1e3 * NetworkLink.Of(rate).TransferSeconds(mebibytes * 262144.0, processes) : null;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{mebibytes} MiB between {processes} processes {(overTcp ? "by TCP" : "in shared memory")}; "
                + $"ms of the slowest process, median (lowest – highest)"));
        foreach (var (launcher, library, toAll, toEach) in new ExchangeBenchmark(mebibytes, processes, overTcp).Measure())
        {
            console.WriteLine(library is null
                ? $"{launcher} is not installed"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{library,-16} all to all {Text(toAll)}, all gather {Text(toEach)}, together {toAll.Median + toEach.Median:0}")
                    + (computed is { } time ? string.Create(CultureInfo.InvariantCulture, $"; computed {time:0}") : ""));
        }
    }

    private static string Text(Spread time) => string.Create(CultureInfo.InvariantCulture, $"{time.Median:0.0} ({time.Min:0.0} – {time.Max:0.0})");
}
