namespace Fovea.Cli;

/// <summary>The models of a cross-validation, measured on the data that each was not trained on.</summary>
/// <param name="Folds">The outcomes of the folds.</param>
/// <param name="Validation">The predictions of each fold's model for its fold.</param>
/// <param name="Before">All of them before the temperature; null if there is none.</param>
/// <param name="Scaling">The temperature of all models; null if it was not fitted.</param>
/// <param name="Test">The predictions of each fold's model for the test data; empty if there are none.</param>
/// <param name="Ensemble">The mean of the models.</param>
/// <param name="EnsembleTest">Its predictions for the test data; null if there are none.</param>
internal sealed record FoldMeasurement(
    IReadOnlyList<FoldOutcome> Folds, IReadOnlyList<ClassPredictions> Validation, ClassPredictions? Before, TemperatureScaling? Scaling,
    IReadOnlyList<ClassPredictions> Test, Model Ensemble, ClassPredictions? EnsembleTest)
{
    /// <summary>Measures the models, and corrects their probabilities by one temperature, fitted to the predictions of all folds.</summary>
    public static FoldMeasurement Of(
        LearningTask task, IReadOnlyList<FoldOutcome> outcomes, IReadOnlyList<(Dataset Training, Dataset Validation)> folds, Dataset? test,
        FoldModels models, CancellationToken cancellationToken)
    {
        var validation = Validate();
        var before = ClassPredictions.Concat(validation);
        var scaling = task.Source is ImageSource && double.IsFinite(before.LogLoss) ? TemperatureScaling.Fit(before) : null;
        var isScaled = scaling is { IsFitted: true } && Apply(scaling, outcomes);
        if (isScaled) validation = Validate();
        var ensemble = models.Join([.. outcomes.Select(outcome => outcome.Model)]);
        return new FoldMeasurement(
            outcomes, validation, isScaled ? before : null, isScaled || scaling is { IsFitted: false } ? scaling : null,
            test is null ? [] : [.. outcomes.Select(outcome => Predict(outcome.Model, test))], ensemble,
            test is null ? null : Predict(Fovea.Ensemble.Average([.. outcomes.Select(outcome => outcome.Model)]), test));

        IReadOnlyList<ClassPredictions> Validate() => [.. outcomes.Select(outcome => Predict(outcome.Model, folds[outcome.Fold].Validation))];

        ClassPredictions Predict(Model model, Dataset data) => ClassPredictions.Of(model, data, cancellationToken: cancellationToken);
    }

    /// <returns>Whether the ends of the models can hold the temperature.</returns>
    private static bool Apply(TemperatureScaling scaling, IReadOnlyList<FoldOutcome> outcomes)
    {
        try
        {
            foreach (var outcome in outcomes) scaling.ApplyTo(outcome.Model);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;  // the models have the same layers, so that none has changed
        }
    }
}
