using System.CommandLine;
using System.Globalization;
using Fovea.Mpi;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary>Measures how much of the exchange of gradients the computation hides.</summary>
/// <param name="console">Receives the tables.</param>
/// <param name="guard">Runs an action and reports its error.</param>
internal sealed class OverlapCommand(IAnsiConsole console, Func<Action, int> guard)
{
    private readonly Option<string> network = new("--network") { Description = "The network", HelpName = "NAME", DefaultValueFactory = _ => "mobilenet" };
    private readonly Option<int> batchSize = new("--batch-size") { Description = "The images of a batch", HelpName = "N", DefaultValueFactory = _ => 64 };
    private readonly Option<int> processes = new("--processes") { Description = "The number of processes", HelpName = "N", DefaultValueFactory = _ => 2 };
    private readonly Option<int?> shards =
        new("--shards") { Description = "The shards of a batch, a power of two [default: one or two for each process]", HelpName = "N" };
    private readonly Option<int> steps = new("--steps") { Description = "The steps of a measurement", HelpName = "N", DefaultValueFactory = _ => 4 };
    private readonly Option<int> rounds = new("--rounds") { Description = "The number of measurements", HelpName = "N", DefaultValueFactory = _ => 3 };
    private readonly Option<bool> tcp = new("--tcp") { Description = "Send messages by TCP, also within a machine, as benchmarks/network.sh needs it" };
    private readonly Option<bool> one = new("--one") { Description = "Be one of the processes", Hidden = true };

    public Command Create()
    {
        var command = new Command("overlap", "Measures how much of the exchange of gradients the computation hides, with each MPI of this machine.")
        {
            network, batchSize, processes, shards, steps, rounds, tcp, one,
        };
        command.SetAction(parsed => guard(() =>
        {
            var count = parsed.GetValue(shards) ?? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)parsed.GetValue(processes));
            if (parsed.GetValue(one)) RunProcess(parsed, count);
            else RunJobs(parsed, count);
        }));
        return command;
    }

    private void RunJobs(ParseResult parsed, int shardCount)
    {
        var (name, batch) = (parsed.GetValue(network)!, parsed.GetValue(batchSize));
        foreach (var mpi in MpiJob.Known)
        {
            var lines = mpi.Run(
                parsed.GetValue(processes), parsed.GetValue(tcp), "overlap", "--one", "--network", name, "--batch-size", Text(batch), "--shards",
                Text(shardCount), "--steps", Text(parsed.GetValue(steps)), "--rounds", Text(parsed.GetValue(rounds)));
            console.WriteLine(lines is null ? $"{mpi.Program} is not installed" : $"{mpi.Program}, {name}, {batch} images in {shardCount} shards:");
            foreach (var line in lines ?? []) console.WriteLine(line.TrimEnd());
        }
    }

    private void RunProcess(ParseResult parsed, int shardCount)
    {
        using var group = MpiProcesses.Join();
        var measured = new OverlapBenchmark(
            parsed.GetValue(network)!, parsed.GetValue(batchSize), shardCount, parsed.GetValue(rounds), parsed.GetValue(steps)).Measure(group);
        if (group.Rank > 0) return;
        console.WriteLine("ms a step |  exchange afterwards   |  in buckets meanwhile            |");
        console.WriteLine("process   |  step compute exchange |  step compute exchange  waited   | hidden");
        foreach (var (rank, (after, during)) in measured.Index())
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{rank,7}   | {after.Step,5:0} {after.Computing,7:0} {after.Waiting,8:0.0} | {during.Step,5:0} {during.Computing,7:0} "
                    + $"{during.Exchanging,8:0.0} {during.Waiting,7:0.0}   | {1 - (during.Waiting / after.Waiting),6:P0}"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
