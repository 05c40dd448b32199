using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The models of a cross-validation, measured on the data that each was not trained on.</summary>
/// <param name="Folds">The outcomes of the folds.</param>
/// <param name="Results">What was measured.</param>
/// <param name="Ensemble">The mean of the models.</param>
internal sealed record FoldMeasurement(IReadOnlyList<FoldOutcome> Folds, CrossValidationResults Results, Model Ensemble)
{
    /// <summary>Measures the models.</summary>
    /// <param name="task">What was learned.</param>
    /// <param name="outcomes">The trained models.</param>
    /// <param name="folds">The data of the folds, as the models take them.</param>
    /// <param name="images">The images of all folds, one fold after the other.</param>
    /// <param name="test">The data that no fold contains; null for none.</param>
    /// <param name="models">Joins the models.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    public static FoldMeasurement Of(
        IFoldedTask task, IReadOnlyList<FoldOutcome> outcomes, IReadOnlyList<(Dataset Training, Dataset Validation)> folds, Dataset images, Dataset? test,
        FoldModels models, CancellationToken cancellationToken)
    {
        var (own, pooled) = task.MeasureFolds([.. outcomes.Select(outcome => (outcome.Model, folds[outcome.Fold].Validation))], images, cancellationToken);
        Model[] members = [.. outcomes.Select(outcome => outcome.Model)];
        var results = new CrossValidationResults(own, pooled)
        {
            Test = test is null ? [] : [.. members.Select(member => task.ResultsOf(member, test, cancellationToken))],
            EnsembleTest = test is null ? null : task.ResultsOf(Fovea.Ensemble.Average(members), test, cancellationToken),
            Histories = [.. outcomes.Select(outcome => outcome.History)],
            KeptEpochs = [.. outcomes.Select(outcome => outcome.KeptEpoch).OfType<int>()],
        };
        return new FoldMeasurement(outcomes, results, models.Join(members));
    }
}
