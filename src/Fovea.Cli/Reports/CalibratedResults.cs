using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Measures a trained classifier on the test data, after its probabilities were corrected on the validation data.</summary>
internal static class CalibratedResults
{
    /// <param name="model">The trained model. Its last weights are divided by the temperature.</param>
    /// <param name="data">The data.</param>
    /// <param name="isCalibrated">Whether the probabilities are corrected.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    public static ClassificationResults Measure(Model model, TrainingData data, bool isCalibrated, CancellationToken cancellationToken)
    {
        var (part, before) = (data.IsTestValidation ? "validation" : "test", Predict(model, data.Test, cancellationToken));
        if (!isCalibrated) return new ClassificationResults(before) { Images = data.Test, PartName = part };
        var validation = data.IsTestValidation ? before : Predict(model, data.Validation, cancellationToken);
        var scaling = double.IsFinite(validation.LogLoss) ? TemperatureScaling.Fit(validation) : null;
        if (scaling is not { IsFitted: true } || !Apply(scaling, model))
            return new ClassificationResults(before) { Images = data.Test, PartName = part, Scaling = scaling is { IsFitted: false } ? scaling : null };
        return new ClassificationResults(scaling.Apply(before))
        {
            Images = data.Test,
            PartName = part,
            Scaling = scaling,
            BeforeScaling = before,
        };
    }

    /// <summary>Divides the last weights of the models of a cross-validation by a temperature.</summary>
    /// <returns>Whether their ends can hold the temperature. They have the same layers, so that either all change or none.</returns>
    public static bool Apply(TemperatureScaling scaling, IEnumerable<(Model Model, Dataset Data)> folds) => folds.All(fold => Apply(scaling, fold.Model));

    private static ClassPredictions Predict(Model model, Dataset data, CancellationToken cancellationToken) =>
        ClassPredictions.Of(model, data, verbose: 0, cancellationToken: cancellationToken);

    /// <summary>Divides the last weights of a model by a temperature.</summary>
    /// <returns>Whether the end of the model can hold the temperature.</returns>
    public static bool Apply(TemperatureScaling scaling, Model model)
    {
        try
        {
            scaling.ApplyTo(model);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;  // the report shows the calibration as it is
        }
    }
}
