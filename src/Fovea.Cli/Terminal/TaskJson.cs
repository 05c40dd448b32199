using System.Text.Json.Serialization;

namespace Fovea.Cli;

/// <summary>The predictions of a model of several labels.</summary>
internal sealed record LabelsResult(IReadOnlyList<ImageLabels> Predictions);

/// <param name="File">The image file, as on the command line.</param>
internal sealed record ImageLabels(string File)
{
    /// <summary>The names of the labels whose probability is above their threshold, the most probable first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>All labels, the most probable first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LabelScore>? Scores { get; init; }

    /// <summary>The reason why the image could not be read, as a sentence. The other members are null then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <param name="Label">The number of the label.</param>
/// <param name="Name">Its name.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Threshold">The label applies above it.</param>
internal sealed record LabelScore(int Label, string Name, double Score, double Threshold);

/// <param name="F1">The F1 score of the decisions about all labels (micro).</param>
/// <param name="MacroF1">The mean F1 score of the labels.</param>
/// <param name="MeanAveragePrecision">The mean average precision of the labels that occur; null if none does.</param>
/// <param name="ExactMatch">The share of the images whose labels are all right.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Labels">The scores of each label.</param>
internal sealed record LabelsEvaluationResult(
    [property: JsonPropertyName("f1")] double F1, [property: JsonPropertyName("macro_f1")] double MacroF1, double? MeanAveragePrecision, double ExactMatch,
    double Loss, int Count, IReadOnlyList<LabelScoresResult> Labels);

/// <summary>The scores of a label.</summary>
internal sealed record LabelScoresResult(
    string Name, double Threshold, double Precision, double Recall, [property: JsonPropertyName("f1")] double F1, double? AveragePrecision, int Support)
{
    public static LabelScoresResult Of(LabelScores label) => new(
        label.Name, label.Threshold, label.Precision, label.Recall, label.F1, ValueErrors.Known(label.AveragePrecision), label.Support);
}

/// <summary>The predictions of a model of a regression.</summary>
internal sealed record ValuesResult(IReadOnlyList<ImageValues> Predictions);

/// <param name="File">The image file, as on the command line.</param>
internal sealed record ImageValues(string File)
{
    /// <summary>The predicted numbers by name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Values { get; init; }

    /// <summary>The reason why the image could not be read, as a sentence. The other member is null then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <param name="R2">R², the mean over the numbers; null if all actual numbers are equal.</param>
/// <param name="Loss">The mean squared error.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Values">The errors of each number.</param>
internal sealed record ValuesEvaluationResult([property: JsonPropertyName("r2")] double? R2, double Loss, int Count, IReadOnlyList<ValueErrors> Values);

/// <param name="Name">The name of the number.</param>
/// <param name="Mae">The mean absolute error.</param>
/// <param name="Rmse">The root mean squared error.</param>
/// <param name="R2">R²; null if all actual numbers are equal.</param>
internal sealed record ValueErrors(string Name, double Mae, double Rmse, [property: JsonPropertyName("r2")] double? R2)
{
    public static IReadOnlyList<ValueErrors> Of(ValuePredictions predictions) =>
    [
        .. predictions.Names.Select((name, i) =>
            new ValueErrors(name, predictions.MeanAbsoluteError(i), predictions.RootMeanSquaredError(i), Known(predictions.R2(i)))),
    ];

    /// <summary>A number, or null if it is not finite, since JSON has no others.</summary>
    public static double? Known(double value) => double.IsFinite(value) ? value : null;
}
