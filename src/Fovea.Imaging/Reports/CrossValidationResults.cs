using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>
/// The results of a cross-validation of a classifier: each fold, their mean and deviation, and everything that <see cref="ClassificationResults"/> tells, from
/// the out-of-fold predictions. These are the predictions for all samples, each by the model that was not trained on it.
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
/// </remarks>
public sealed class CrossValidationResults : TaskResults
{
    private const string OutOfFold = "out-of-fold";

    /// <summary>Creates the results of the folds.</summary>
    /// <param name="folds">For each fold, two or more, the predictions of its model for its samples.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, one is empty, or their classes differ.</exception>
    public CrossValidationResults(IReadOnlyList<ClassPredictions> folds)
    {
        ArgumentNullException.ThrowIfNull(folds);
        if (folds.Count < 2)
            throw new ArgumentException($"CrossValidationResults: expected at least two folds; received {folds.Count}.", nameof(folds));
        if (folds.Any(fold => fold.Count == 0))
            throw new ArgumentException("CrossValidationResults: expected at least one prediction in each fold; received none in one.", nameof(folds));
        (Folds, Pooled) = (folds, ClassPredictions.Concat(folds));
    }

    /// <summary>The predictions of each fold's model for its samples.</summary>
    public IReadOnlyList<ClassPredictions> Folds { get; }

    /// <summary>The predictions of all folds, one fold after the other.</summary>
    public ClassPredictions Pooled { get; }

    /// <summary>The mean of the folds' accuracies.</summary>
    public double MeanAccuracy => Folds.Average(fold => fold.Accuracy);

    /// <summary>The standard deviation of the folds' accuracies (n − 1).</summary>
    public double AccuracyDeviation => Deviation(fold => fold.Accuracy);

    /// <summary>The mean of the folds' cross-entropies.</summary>
    public double MeanLoss => Folds.Average(fold => fold.LogLoss);

    /// <summary>The standard deviation of the folds' cross-entropies (n − 1).</summary>
    public double LossDeviation => Deviation(fold => fold.LogLoss);

    /// <summary>The predictions of each fold's model for test data that no fold contains; empty for none.</summary>
    public IReadOnlyList<ClassPredictions> Test { get; init; } = [];

    /// <summary>The predictions of the mean of the models (<see cref="Ensemble"/>) for the test data; null for none.</summary>
    public ClassPredictions? EnsembleTest { get; init; }

    /// <summary>The history of each fold's training, for curves; empty for none.</summary>
    public IReadOnlyList<History> Histories { get; init; } = [];

    /// <summary>The epoch of each fold that was chosen by the fold's validation loss, from 1; empty if the last epochs were kept.</summary>
    public IReadOnlyList<int> KeptEpochs { get; init; } = [];

    /// <summary>The data of <see cref="Pooled"/>, in the same order, to show the worst mistakes; null for none.</summary>
    public Dataset? Images { get; init; }

    /// <summary>The temperature scaling that was fitted to the out-of-fold predictions and applied to each model; null for none.</summary>
    public TemperatureScaling? Scaling { get; init; }

    /// <summary>The out-of-fold predictions before <see cref="Scaling"/>; null if there are none.</summary>
    public ClassPredictions? BeforeScaling { get; init; }

    /// <inheritdoc/>
    public override string Task => "classification";

    /// <inheritdoc/>
    public override string Summary =>
        $"{Percent(Pooled.Accuracy)} of the {Count(Pooled.Count)} images are classified right, each by the model of {Folds.Count} that was not trained on it "
            + $"(95 % interval {Pooled.AccuracyInterval}).";

    /// <inheritdoc/>
    public override string Measures => $"{Classification.Measures} Cross-validation in {Folds.Count} folds: mean and standard deviation (n − 1).";

    private ClassificationResults Classification =>
        new(Pooled) { PartName = OutOfFold, Images = Images, Scaling = Scaling, BeforeScaling = BeforeScaling };

    /// <inheritdoc/>
    public override void AddKeyFigures(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (EnsembleTest is { } test)
            report.AddKeyFigure(
                "Accuracy on test images", Percent(test.Accuracy), $"mean of the {Folds.Count} models; 95 % interval {test.AccuracyInterval}");
        Classification.AddKeyFigures(report);
        report.AddKeyFigure(
            $"Mean of {Folds.Count} folds", Percent(MeanAccuracy), $"standard deviation {Percent(AccuracyDeviation)}");
    }

    /// <inheritdoc/>
    public override void AddSections(HtmlReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        new FoldsSection(this).AddTo(report);
        Classification.AddSections(report);
    }

    /// <inheritdoc/>
    public override void WriteJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Classification.WriteJson(json);
        new FoldsSection(this).WriteJson(json);
    }

    private double Deviation(Func<ClassPredictions, double> value)
    {
        var mean = Folds.Average(value);
        return Math.Sqrt(Folds.Sum(fold => Math.Pow(value(fold) - mean, 2)) / (Folds.Count - 1));
    }
}
