using System.Text.Json;

namespace Fovea.Imaging;

/// <summary>
/// The results of a cross-validation: the scores of each fold, their mean and deviation, and everything that the results of the task tell, from the out-of-fold
/// predictions. These are the predictions for all samples, each by the model that was not trained on it.
/// </summary>
/// <remarks>
/// <code>
/// var predictions = new List&lt;ClassPredictions&gt;();
/// foreach (var (training, validation) in data.Folds(5, stratified: true))
/// {
///     var model = Train(training);
///     predictions.Add(ClassPredictions.Of(model, validation));
/// }
///
/// var results = new CrossValidationResults(predictions);
/// Console.WriteLine(results.Summary);
/// </code>
/// Several labels have <see cref="LabelPredictions"/>, numbers <see cref="ValuePredictions"/>.
/// </remarks>
public sealed class CrossValidationResults : TaskResults
{
    /// <summary>The <c>PartName</c> of the results of all folds together.</summary>
    public const string OutOfFold = "out-of-fold";

    /// <summary>Creates the results of a classifier.</summary>
    /// <param name="folds">For each fold, two or more, the predictions of its model for its samples.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, one is empty, or their classes differ.</exception>
    public CrossValidationResults(IReadOnlyList<ClassPredictions> folds)
        : this(
            Each(folds, fold => fold.Count, fold => new ClassificationResults(fold)),
            new ClassificationResults(ClassPredictions.Concat(folds)) { PartName = OutOfFold })
    {
    }

    /// <summary>Creates the results of a model of several labels.</summary>
    /// <param name="folds">For each fold, two or more, the predictions of its model for its samples.</param>
    /// <param name="thresholds">The threshold of each label; none for 0.5 each.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, one is empty, or their labels differ.</exception>
    public CrossValidationResults(IReadOnlyList<LabelPredictions> folds, IReadOnlyList<double>? thresholds = null)
        : this(
            Each(folds, fold => fold.Count, fold => new LabelResults(fold, thresholds)),
            new LabelResults(LabelPredictions.Concat(folds), thresholds) { PartName = OutOfFold })
    {
    }

    /// <summary>Creates the results of a regression.</summary>
    /// <param name="folds">For each fold, two or more, the predictions of its model for its samples.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, one is empty, or their numbers differ.</exception>
    public CrossValidationResults(IReadOnlyList<ValuePredictions> folds)
        : this(
            Each(folds, fold => fold.Count, fold => new RegressionResults(fold)),
            new RegressionResults(ValuePredictions.Concat(folds)) { PartName = OutOfFold })
    {
    }

    /// <summary>Creates the results of any task, also with images, or with a temperature that was applied.</summary>
    /// <param name="folds">For each fold, two or more, the results of its model for its samples.</param>
    /// <param name="pooled">The results for all samples, each predicted by the model of its fold, one fold after the other.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds.</exception>
    public CrossValidationResults(IReadOnlyList<TaskResults> folds, TaskResults pooled)
    {
        ArgumentNullException.ThrowIfNull(folds);
        ArgumentNullException.ThrowIfNull(pooled);
        RequireSeveral(folds.Count);
        (Folds, Pooled) = (folds, pooled);
    }

    /// <summary>The results of each fold's model for its samples.</summary>
    public IReadOnlyList<TaskResults> Folds { get; }

    /// <summary>The results of all folds together.</summary>
    public TaskResults Pooled { get; }

    /// <summary>The scores of the folds, with their means and deviations; the most important first.</summary>
    public IReadOnlyList<FoldScore> FoldScores => [.. Pooled.Scores.Select((_, i) => new FoldScore([.. Folds.Select(fold => fold.Scores[i])]))];

    /// <summary>The results of each fold's model for test data that no fold contains; empty for none.</summary>
    public IReadOnlyList<TaskResults> Test { get; init; } = [];

    /// <summary>The results of the mean of the models (<see cref="Ensemble"/>) for the test data; null for none.</summary>
    public TaskResults? EnsembleTest { get; init; }

    /// <summary>The history of each fold's training, for curves; empty for none.</summary>
    public IReadOnlyList<History> Histories { get; init; } = [];

    /// <summary>The epoch of each fold that was chosen by the fold's validation loss, from 1; empty if the last epochs were kept.</summary>
    public IReadOnlyList<int> KeptEpochs { get; init; } = [];

    /// <inheritdoc/>
    public override string Task => Pooled.Task;

    /// <inheritdoc/>
    public override int SampleCount => Pooled.SampleCount;

    /// <inheritdoc/>
    public override IReadOnlyList<TaskScore> Scores => Pooled.Scores;

    /// <inheritdoc/>
    public override string Summary => $"{Pooled.Summary} Each was predicted by the one of {Folds.Count} models that was not trained on it.";

    /// <inheritdoc/>
    public override string Measures => $"{Pooled.Measures} Cross-validation in {Folds.Count} folds: mean and standard deviation (n − 1).";

    /// <inheritdoc/>
    public override void AddKeyFigures(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (EnsembleTest?.Scores is [var test, ..])
            report.AddKeyFigure(
                $"{test.Name} on test images", $"{test}",
                $"mean of the {Folds.Count} models{(test.Interval is { } interval ? $"; 95 % interval {interval}" : "")}");
        Pooled.AddKeyFigures(report);
        if (FoldScores is [var score, ..])
            report.AddKeyFigure($"{score.Name}: mean of {Folds.Count} folds", score.Print(score.Mean), $"standard deviation {score.Print(score.Deviation)}");
    }

    /// <inheritdoc/>
    public override void AddSections(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        new FoldsSection(this).AddTo(report);
        Pooled.AddSections(report);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Pooled.WriteJson(json);
        new FoldsSection(this).WriteJson(json);
    }

    private static IReadOnlyList<TaskResults> Each<T>(IReadOnlyList<T> folds, Func<T, int> count, Func<T, TaskResults> create)
    {
        ArgumentNullException.ThrowIfNull(folds);
        RequireSeveral(folds.Count);
        return folds.All(fold => count(fold) > 0)
            ? [.. folds.Select(create)]
            : throw new ArgumentException("CrossValidationResults: expected at least one prediction in each fold; received none in one.", nameof(folds));
    }

    private static void RequireSeveral(int folds)
    {
        if (folds < 2) throw new ArgumentException($"CrossValidationResults: expected at least two folds; received {folds}.", nameof(folds));
    }
}
