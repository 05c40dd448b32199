using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea predict</c> with a model of a regression: the numbers of each image.</summary>
/// <param name="model">The model.</param>
/// <param name="images">The preprocessing that the command line sets.</param>
/// <param name="output">The outputs of the command.</param>
internal sealed class ValuePrediction(Model model, ImageSettings images, CommandOutput output)
{
    /// <summary>Whether a model computes numbers that are no scores of classes.</summary>
    public static bool Fits(Model model) => model.ValueNames.Count > 0
        || (model is { Outputs: [{ Shape.Rank: 1 }], OutputKind: OutputKind.Values, OutputShape.Count: 1 } && model.ClassNames.Count == 0);

    /// <summary>Predicts the images. If one cannot be read, the reason is reported, and the others follow.</summary>
    public List<ImageValues> Run(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var regressor = new ImageRegressor(model, images.Settle(model, output.ErrorConsole));
        return Job.Share(files, file => Predict(regressor, file, cancellationToken), CliJsonContext.Default.ImageValues);
    }

    /// <summary>Prints the results, or the errors.</summary>
    /// <returns>The exit code.</returns>
    public int Show(IReadOnlyList<ImageValues> results, PredictionFormat format)
    {
        var code = results.All(result => result.Error is null) ? FoveaCommand.Success : FoveaCommand.Failure;
        if (!Job.IsFirst) return code;
        foreach (var failed in results.Where(result => result.Error is not null)) output.Error.WriteLine($"fovea predict: {failed.Error}");
        var good = results.Where(result => result.Error is null).ToList();
        if (format == PredictionFormat.Json)
        {
            CliJson.Write(output.Output, new ValuesResult(results), context => context.ValuesResult);
        }
        else if (format == PredictionFormat.Csv)
        {
            if (good.Count > 0) output.Output.WriteLine(CsvText.Row(["file", .. good[0].Values!.Keys]));
            foreach (var result in good) output.Output.WriteLine(CsvText.Row([result.File, .. result.Values!.Values.Select(CsvText.Number)]));
        }
        else
        {
            foreach (var result in good)
            {
                var values = result.Values!.Select(value => $"{Markup.Escape(value.Key)} [bold green]{CsvText.Number(value.Value)}[/]");
                output.Console.MarkupLine($"{Markup.Escape(result.File)}: {string.Join(", ", values)}");
            }
        }

        return code;
    }

    private static ImageValues Predict(ImageRegressor regressor, string file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return new ImageValues(file) { Values = regressor.Names.Zip(regressor.Predict(file)).ToDictionary(pair => pair.First, pair => pair.Second) };
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or InsufficientMemoryException
            or ShapeException)
        {
            return new ImageValues(file) { Error = error.Message };
        }
    }
}
