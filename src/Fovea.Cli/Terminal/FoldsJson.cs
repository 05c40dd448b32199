using System.Text.Json.Serialization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <param name="Folds">Each fold.</param>
/// <param name="Parameters">The number of weights of the saved model, counted by element.</param>
/// <param name="Seconds">The time of the whole command.</param>
/// <param name="Model">The file written: the mean of the folds' models.</param>
/// <param name="WeightsSha256">The SHA-256 of its weights as little-endian float32, in the order of the model's weights.</param>
/// <param name="Report">The report as JSON; the page has the same name with .html.</param>
internal sealed record FoldsTrainResult(
    IReadOnlyList<FoldResult> Folds, long Parameters, double Seconds, string Model, [property: JsonPropertyName("weights_sha256")] string WeightsSha256,
    string Report)
{
    /// <summary>
    /// For each score, such as accuracy and loss: <c>out_of_fold_accuracy</c>, of all samples, each predicted by the model that was not trained on it;
    /// <c>mean_accuracy</c> and <c>accuracy_deviation</c> (n − 1) of the folds; <c>test_accuracy</c> of the saved model, if there are test data. An interval is
    /// the lower and the upper end of that of 95 %.
    /// </summary>
    [JsonExtensionData]
    public Dictionary<string, object?> Scores { get; set; } = [];

    /// <summary>For images: the number of files that were skipped because they are damaged or are not images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Skipped { get; init; }

    /// <summary>The number of processes; absent for one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>Of a network that was sized to the data: the command line that gives the same weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>The scores of all folds.</summary>
    public static Dictionary<string, object?> ScoresOf(CrossValidationResults results)
    {
        var json = new Dictionary<string, object?>();
        foreach (var score in results.Scores)
        {
            json[$"out_of_fold_{score.Key}"] = Number(score.Value);
            if (score.Interval is { } interval) json[$"out_of_fold_{score.Key}_interval"] = (double[])[interval.Low, interval.High];
        }

        foreach (var score in results.FoldScores)
        {
            json[$"mean_{score.Key}"] = Number(score.Mean);
            json[$"{score.Key}_deviation"] = Number(score.Deviation);
        }

        if (results.EnsembleTest is { } test) AddTest(json, test);
        return json;
    }

    /// <summary>Adds the scores of test data.</summary>
    public static void AddTest(Dictionary<string, object?> json, TaskResults test)
    {
        foreach (var score in test.Scores) json[$"test_{score.Key}"] = Number(score.Value);
    }

    /// <summary>A number; null if it is not finite, since JSON has no others.</summary>
    public static object? Number(double value) => double.IsFinite(value) ? value : null;
}

/// <param name="Fold">The number of the fold, from 1.</param>
/// <param name="Count">The number of its samples.</param>
/// <param name="Epochs">The number of epochs that were completed.</param>
internal sealed record FoldResult(int Fold, int Count, int Epochs)
{
    /// <summary>The scores of its model, such as accuracy and loss, for its samples; those of test data, if there are any, as <c>test_accuracy</c>.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?> Scores { get; set; } = [];

    /// <summary>The epoch whose model was kept, counted from 1; absent if it is the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BestEpoch { get; init; }

    public static FoldResult Of(CrossValidationResults results, int fold)
    {
        var json = new Dictionary<string, object?>();
        foreach (var score in results.Folds[fold].Scores) json[score.Key] = FoldsTrainResult.Number(score.Value);
        if (results.Test.Count > 0) FoldsTrainResult.AddTest(json, results.Test[fold]);
        return new FoldResult(fold + 1, results.Folds[fold].SampleCount, results.Histories[fold].Epochs)
        {
            Scores = json,
            BestEpoch = results.KeptEpochs.Count > 0 ? results.KeptEpochs[fold] : null,
        };
    }
}
