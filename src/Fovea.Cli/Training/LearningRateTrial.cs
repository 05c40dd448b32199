using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea train --find-learning-rate</c>: tries learning rates, plots the loss against them, and suggests one.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="plan">The plan of the training.</param>
/// <param name="output">The outputs of the command.</param>
/// <param name="files">The files to write.</param>
internal sealed class LearningRateTrial(TrainRequest request, TrainingPlan plan, CommandOutput output, OutputFiles files)
{
    /// <returns>The exit code.</returns>
    public int Run(Model model, Dataset data, CancellationToken cancellationToken)
    {
        var search = LearningRateFinder.Run(model, data, batchSize: plan.BatchSize, cancellationToken: cancellationToken);
        if (!Job.IsFirst) return FoveaCommand.Success;
        LearningRatePlot.Save(search, files.LearningRates);
        if (request.Json)
        {
            var result = new LearningRateResult(search.Suggestion is { } rate ? Rounded(rate) : null, search.Losses.Count, files.LearningRates)
            {
                Command = search.Suggestion is { } chosen && plan.Widths is not null ? Command(Rounded(chosen)) : null,
            };
            CliJson.Write(output.Output, result, context => context.LearningRateResult);
            return FoveaCommand.Success;
        }

        var console = output.Console;
        var tried = $"{search.Losses.Count} rates from {Print(Rounded(search.LearningRates[0]))} to {Print(Rounded(search.LearningRates[^1]))}";
        console.MarkupLine(search.Suggestion is { } found
            ? $"Of {tried}, the loss falls fastest at [bold green]{Print(Rounded(found))}[/]."
            : $"[yellow]The loss fell at none of {tried}.[/] More data in a batch (--batch-size) makes the curve smoother.");
        console.MarkupLine($"  {Markup.Escape(files.LearningRates)}  [grey58]the loss against the learning rate[/]");
        if (search.Suggestion is { } suggestion) console.MarkupLine($"Try next: [bold]{Markup.Escape(Command(Rounded(suggestion)))}[/]");
        return FoveaCommand.Success;
    }

    /// <summary>The training with a learning rate; all its options where the data have decided them.</summary>
    private string Command(double rate) => plan.Widths is null
        ? $"fovea train … --learning-rate {Print(rate)}"
        : PlanOptions.CommandLine(request, plan with { LearningRate = rate });

    /// <summary>Rounds to two significant digits; the search is not more precise.</summary>
    private static double Rounded(double rate) => double.Parse(rate.ToString("0.0e-00", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Print(double rate) => rate.ToString("0.########", CultureInfo.InvariantCulture);
}
