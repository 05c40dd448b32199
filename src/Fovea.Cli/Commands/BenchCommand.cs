using System.CommandLine;
using System.Globalization;
using Fovea.Measuring;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea bench</c>: measures how fast this machine trains a network or predicts with it.</summary>
internal static class BenchCommand
{
    public static Command Create(CommandOutput output)
    {
        var mode = new Argument<string>("MODE") { Description = "train: whole training steps with RMSprop; infer: predictions" };
        mode.AcceptOnlyFromAmong("train", "infer");
        var network = new Argument<string>("NETWORK") { Description = string.Join(", ", BenchmarkNetworks.Names) };
        network.AcceptOnlyFromAmong([.. BenchmarkNetworks.Names]);
        var batchSize = CommandOptions.Number("--batch-size", "The number of images in a step", 64);
        var seconds = CommandOptions.Positive("--seconds", "The time to measure, in five equal slices, of which the median counts [default: 5]");
        var profile = new Option<bool>("--profile") { Description = "Also show the time of each operation of a step" };
        var memoryLimit = CommandOptions.OptionalNumber(
            "--memory-limit", "The memory for activations and gradients in training, in MiB. Beyond it, activations are recomputed [default: no "
                + "limit]");
        var threads = CommandOptions.Threads();
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "bench",
            "Measure images per second on random images in memory, compared with the highest speed of the processor.",
            new("fovea bench train book-mnist", "training steps at batch 64"),
            new("fovea bench train resnet50 --batch-size 8 --memory-limit 350", "what half the memory costs in speed"),
            new("fovea bench infer book-mnist --batch-size 1", "one image at a time"))
        {
            mode, network, batchSize, memoryLimit, threads, seconds, profile, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(memoryLimit) is { Implicit: false } && result.GetResult(mode)?.Tokens is [{ Value: "infer" }])
                result.AddError("--memory-limit: only training has activations to recompute; leave it out.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var benchmark = new Benchmark(
                parsed.GetValue(network)!, parsed.GetValue(batchSize), isTraining: parsed.GetValue(mode) == "train", parsed.GetValue(memoryLimit) * (1L << 20));
            var result = benchmark.Run(parsed.GetValue(seconds) ?? 5, cancellationToken);
            if (parsed.GetValue(json)) CliJson.Write(output.Output, result, context => context.BenchResult);
            else Write(output.Console, result);
            if (parsed.GetValue(profile)) WriteProfile(output.Console, benchmark.Steps.Profile(), result.LimitGflops);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    /// <summary>Shows each operation in the order of the run: its share of the time, its speed compared with the limit, and its memory traffic.</summary>
    private static void WriteProfile(IAnsiConsole console, IReadOnlyList<OperationTime> steps, double limit)
    {
        var total = steps.Sum(step => step.Seconds);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("µs", "share", "GFLOP/s", "of limit", "GB/s", "step");
        foreach (var column in table.Columns.Take(5)) column.Alignment = Justify.Right;
        foreach (var (name, seconds, multiplyAdds, bytes) in steps)
        {
            var speed = 2e-9 * multiplyAdds / seconds;
            table.AddRow(
                string.Create(CultureInfo.InvariantCulture, $"{1e6 * seconds:N1}"),
                string.Create(CultureInfo.InvariantCulture, $"{100 * seconds / total:0.0} %"),
                multiplyAdds == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{speed:0.0}"),
                multiplyAdds == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100 * speed / limit:0} %"),
                string.Create(CultureInfo.InvariantCulture, $"{1e-9 * bytes / seconds:0.0}"),
                Markup.Escape(name));
        }

        console.Write(table);
    }

    private static void Write(IAnsiConsole console, BenchResult result)
    {
        console.MarkupLine($"[bold green]{Rate(result.ImagesPerSecond)} images/s[/] [grey58](slices from {Rate(result.Min)} to {Rate(result.Max)})[/]");
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Gflops:0.0} GFLOP/s, {100 * result.Gflops / result.LimitGflops:0} % of the {result.LimitGflops:0.0} that {Cpu.Threads} threads can "
                + $"compute; {result.PeakRssMb:0} MB of memory at most, of which {result.ArenaMb:0.#} MB are activations and scratch."));
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"Compiled in {result.CompileMs:0} ms (a second time in {result.CompileAgainMs:0.0} ms), first step {result.FirstStepMs:0} "
                + $"ms; {result.FirstResultMs:0} ms "
                + $"from the start of the process to the end of the first step."));
    }

    private static string Rate(double rate) => rate.ToString(rate < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);
}
