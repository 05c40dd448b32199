using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Fovea.Benchmarks;

/// <summary><c>benchmarks/run.sh augmentation</c> and <c>policies</c>.</summary>
/// <param name="console">Where the figures are written.</param>
/// <param name="only">The rows to measure.</param>
/// <param name="pairs">The number of turns.</param>
/// <param name="seconds">The time of a row.</param>
/// <param name="guard">Prints errors.</param>
internal sealed class AugmentationCommand(
    IAnsiConsole console, Option<string[]> only, Option<int> pairs, Option<double> seconds, Func<Action, int> guard)
{
    private readonly Option<int[]> threads = new("--threads")
    {
        Description = "The number of threads of both libraries",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. ((int[])[1, Environment.ProcessorCount]).Distinct()],
    };

    /// <summary>The command that compares augmentations of a batch with torchvision.</summary>
    public Command CreateAugmentation()
    {
        var command = new Command("augmentation", "Measures augmentations of a batch in memory, compared with torchvision.") { threads };
        command.SetAction(parsed => guard(() => CompareWithTorchVision(parsed)));
        return command;
    }

    /// <summary>The command that measures what augmentations cost in training.</summary>
    public Command CreatePolicies()
    {
        var command = new Command(
            "policies", "Measures how much longer a training step of the book's network for cats and dogs takes with each augmentation.");
        command.SetAction(parsed => guard(() => MeasureTraining(parsed)));
        return command;
    }

    private void CompareWithTorchVision(ParseResult parsed)
    {
        var names = Chosen(parsed, AugmentationBenchmark.Rows);
        var isFirst = true;
        foreach (var count in parsed.GetValue(threads)!)
        {
            using var peer = TorchVision.Start("augmentation.py", [count.ToString(CultureInfo.InvariantCulture)], out var missing);
            if (isFirst)
                console.WriteLine(missing ?? $"8 images of 128 × 128 pixels; how many times as fast as {peer!.Name}, with its faster type of pixels");
            console.WriteLine($"{(count == 1 ? "1 thread" : $"{count} threads"),-20}  images/s    a call for each image          a call for the batch");
            isFirst = false;
            var benchmark = new AugmentationBenchmark(parsed.GetValue(pairs), parsed.GetValue(seconds) / 8, count);
            foreach (var row in benchmark.Measure(names, peer))
                console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{row.Name,-20} {row.Fovea.Median,9:N0}    ") + string.Join("  ", row.Ratios.Select(Text)));
        }

        static string Text((string Type, Spread Ratio) other) => string.Create(
            CultureInfo.InvariantCulture, $"{other.Ratio.Median,5:0.0}× ({other.Ratio.Min:0.0} – {other.Ratio.Max:0.0}) {other.Type}").PadRight(29);
    }

    private void MeasureTraining(ParseResult parsed)
    {
        var names = Chosen(parsed, AugmentedTrainingBenchmark.Rows);
        var benchmark = new AugmentedTrainingBenchmark(parsed.GetValue(pairs), parsed.GetValue(seconds) / 4);
        console.WriteLine("a step of 32 images, 150 × 150    without, ms    longer with it, %");
        foreach (var name in names)
        {
            var (milliseconds, ratio) = benchmark.Measure(name);
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-30} {milliseconds,14:0.0} {Percent(ratio.Median),12} ({Percent(ratio.Min)} – {Percent(ratio.Max)})"));
        }

        static string Percent(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{100 * (ratio - 1):0.0}");
    }

    private string[] Chosen(ParseResult parsed, IEnumerable<string> rows)
    {
        var filters = parsed.GetValue(only)!;
        string[] chosen = [.. rows.Where(row => filters.Length == 0 || filters.Any(filter => row.Contains(filter, StringComparison.OrdinalIgnoreCase)))];
        return chosen.Length > 0
            ? chosen
            : throw new BenchmarkException($"no row contains {string.Join(", ", filters)}; there are: {string.Join("; ", rows)}.");
    }
}
