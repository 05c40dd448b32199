using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea models</c>: lists the published networks, and measures and downloads them.</summary>
internal static class ModelsCommand
{
    /// <summary>How long the speed of a network is measured, after its first prediction.</summary>
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(1);

    public static Command Create(CommandOutput output)
    {
        var measure = new Option<bool>("--measure")
        {
            Description = "Also measure how many images per second each network classifies here, one after the other; this takes some minutes",
        };
        var (threads, json) = (CommandOptions.Threads(), CommandOptions.Json());
        var command = new DocumentedCommand(
            "models",
            "List the published networks, which other commands take by their names instead of a file. Accuracy is the share of ImageNet's validation images "
                + "whose class is right, as Keras or torchvision published it.",
            new("fovea models", "all networks"),
            new("fovea models get mobilenet_v2", "download the weights of one"),
            new("fovea train --data photos --base mobilenet_v2", "train a classifier of your own images on one"),
            new("fovea predict mobilenet_v2 photo.jpg", "classify an image among the 1,000 classes of ImageNet"))
        {
            ModelsGetCommand.Create(output), measure, threads, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var isJson = parsed.GetValue(json);
            var rows = Rows(parsed.GetValue(measure), isJson ? output.ForScripts() : output, cancellationToken);
            if (isJson) CliJson.Write(output.Output, new ModelsResult(rows), context => context.ModelsResult);
            else Write(output.Console, rows);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    private static List<ModelResult> Rows(bool isMeasured, CommandOutput people, CancellationToken cancellationToken)
    {
        var rows = new List<ModelResult>();
        foreach (var network in Fovea.Applications.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isMeasured) people.Console.MarkupLine($"[grey58]Measuring {network.Name} …[/]");
            rows.Add(new ModelResult(
                network.Name, network.Parameters, network.ParametersWithoutTop, [.. network.InputShape.Dimensions],
                network.HasDownload ? ApplicationOptions.ImageNet : null, network.HasDownload ? network.FindWeights() : null, network.Accuracy, network.License)
            {
                ImagesPerSecond = isMeasured ? SpeedOf(network) : null,
            });
        }

        return rows;
    }

    private static double SpeedOf(ApplicationInfo network)
    {
        var steps = Measuring.ModelBenchmark.OfPrediction(network.Create(), batchSize: 1);
        steps.Step();
        var (start, count) = (TimeProvider.System.GetTimestamp(), 0);
        do
        {
            steps.Step();
            count++;
        }
        while (TimeProvider.System.GetElapsedTime(start) < Measured);
        return count / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static void Write(IAnsiConsole console, List<ModelResult> rows)
    {
        var table = new Table { Border = TableBorder.SimpleHeavy };
        table.AddColumn("network");
        table.AddColumn(new TableColumn("image").RightAligned());
        table.AddColumn(new TableColumn("parameters").RightAligned());
        table.AddColumn(new TableColumn("without top").RightAligned());
        table.AddColumn(new TableColumn("MB").RightAligned());
        table.AddColumn(new TableColumn("accuracy").RightAligned());
        var isMeasured = rows.Exists(row => row.ImagesPerSecond is not null);
        if (isMeasured) table.AddColumn(new TableColumn("images/s").RightAligned());
        table.AddColumn("weights");
        table.AddColumn("license");
        foreach (var row in rows)
        {
            string[] cells =
            [
                $"[blue]{row.Name}[/]", $"{row.Input[0]}×{row.Input[1]}", Format("N0", row.Parameters), Format("N0", row.ParametersWithoutTop),
                Format("N0", row.Parameters * sizeof(float) / 1e6), $"{Format("0.0", 100 * row.Accuracy)} %",
                .. isMeasured ? [Format(row.ImagesPerSecond < 10 ? "0.0" : "N0", row.ImagesPerSecond!.Value)] : Array.Empty<string>(),
                row.WeightsFile is not null ? "[green]here[/]" : row.Weights is not null ? "download" : "[grey58]bring a file[/]", row.License,
            ];
            table.AddRow(cells);
        }

        console.Write(table);
        console.MarkupLine("[grey58]'fovea models get NAME' downloads weights. Parameters without top are those of a base for your own classes.[/]");
    }

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
