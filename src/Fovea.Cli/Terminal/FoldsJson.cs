using System.Text.Json.Serialization;

namespace Fovea.Cli;

/// <param name="OutOfFoldAccuracy">The share of right predictions for all samples, each by the model that was not trained on it.</param>
/// <param name="OutOfFoldInterval">Its 95 % interval: the lower and the upper end.</param>
/// <param name="OutOfFoldLoss">The mean cross-entropy of these predictions.</param>
/// <param name="MeanAccuracy">The mean of the folds' accuracies.</param>
/// <param name="AccuracyDeviation">Their standard deviation (n − 1).</param>
/// <param name="MeanLoss">The mean of the folds' losses.</param>
/// <param name="LossDeviation">Their standard deviation (n − 1).</param>
/// <param name="Folds">Each fold.</param>
/// <param name="Parameters">The number of weights of the saved model, counted by element.</param>
/// <param name="Seconds">The time of the whole command.</param>
/// <param name="Model">The file written: the mean of the folds' models.</param>
/// <param name="WeightsSha256">The SHA-256 of its weights as little-endian float32, in the order of the model's weights.</param>
/// <param name="Report">The report as JSON; the page has the same name with .html.</param>
internal sealed record FoldsTrainResult(
    double OutOfFoldAccuracy, IReadOnlyList<double> OutOfFoldInterval, double OutOfFoldLoss, double MeanAccuracy, double AccuracyDeviation, double MeanLoss,
    double LossDeviation, IReadOnlyList<FoldResult> Folds, long Parameters, double Seconds, string Model,
    [property: JsonPropertyName("weights_sha256")] string WeightsSha256, string Report)
{
    /// <summary>The share of the test samples that the saved model classifies right; absent if there are no test data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestAccuracy { get; init; }

    /// <summary>The mean cross-entropy of the test samples.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestLoss { get; init; }

    /// <summary>For images: the number of files that were skipped because they are damaged or are not images.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Skipped { get; init; }

    /// <summary>The number of processes; absent for one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>Of a network that was sized to the data: the command line that gives the same weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }
}

/// <param name="Fold">The number of the fold, from 1.</param>
/// <param name="Count">The number of its samples.</param>
/// <param name="Accuracy">The share of them that its model classifies right.</param>
/// <param name="Loss">Their mean cross-entropy.</param>
/// <param name="Epochs">The number of epochs that were completed.</param>
internal sealed record FoldResult(int Fold, int Count, double Accuracy, double Loss, int Epochs)
{
    /// <summary>The epoch whose model was kept, counted from 1; absent if it is the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BestEpoch { get; init; }

    /// <summary>The share of the test samples that its model classifies right; absent if there are no test data.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestAccuracy { get; init; }
}
