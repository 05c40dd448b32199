using System.Globalization;

namespace Fovea;

/// <summary>
/// Corrects how sure a classifier is: the values before its softmax or sigmoid are divided by one number, the temperature, which is fitted on validation
/// data. Guo et al. 2017, section 4.2. The predicted classes, and with them the accuracy, stay the same; only the probabilities change. A temperature above 1
/// makes a classifier less sure. A model of several labels has one temperature for all its sigmoids.
/// </summary>
/// <remarks>
/// <code>
/// var scaling = TemperatureScaling.Fit(model, validation);
/// scaling.ApplyTo(model);
/// model.Save("cats-and-dogs.keras");
/// </code>
/// For several labels: <c>TemperatureScaling.Fit(LabelPredictions.Of(model, validation)).ApplyTo(model)</c>.
/// <see cref="ApplyTo"/> divides the kernel and the bias of the last layer, so that every program which reads the model computes the same probabilities. It
/// is meant for a model whose training is done.
/// </remarks>
public sealed class TemperatureScaling
{
    private const double LowestTemperature = 0.05;
    private const double HighestTemperature = 20;
    private const double Precision = 1e-10;

    private readonly bool areLabels;

    private TemperatureScaling(Func<double, (double Loss, double Slope)> scaledLoss, bool areLabels)
    {
        this.areLabels = areLabels;
        var temperature = FindTemperature(scaledLoss);
        (IsFitted, Temperature) = (temperature is not null, temperature ?? 1);
        (LossBefore, LossAfter) = (scaledLoss(1).Loss, scaledLoss(1 / Temperature).Loss);
    }

    /// <summary>The temperature: the probabilities of the validation data have the lowest cross-entropy with it.</summary>
    public double Temperature { get; }

    /// <summary>
    /// Whether the data determine a temperature. They do not if each sample is predicted right, or too often wrong, so that the best temperature would be
    /// below 0.05 or above 20: then <see cref="Temperature"/> is 1, which changes nothing.
    /// </summary>
    public bool IsFitted { get; }

    /// <summary>The cross-entropy of the validation data as they were.</summary>
    public double LossBefore { get; }

    /// <summary>The cross-entropy of the validation data with the temperature.</summary>
    public double LossAfter { get; }

    /// <summary>Fits the temperature of a classifier.</summary>
    /// <param name="model">The trained model, with one output for two classes, or one for each class.</param>
    /// <param name="validation">Samples that were not trained on, with class numbers as targets.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <inheritdoc cref="ClassPredictions.Of" path="/exception"/>
    public static TemperatureScaling Fit(Model model, Dataset validation, CancellationToken cancellationToken = default) =>
        Fit(ClassPredictions.Of(model, validation, cancellationToken: cancellationToken));

    /// <summary>Fits a temperature to predictions.</summary>
    /// <param name="validation">Predictions for samples that were not trained on.</param>
    /// <exception cref="ArgumentException">There are no predictions, or their loss is not finite.</exception>
    public static TemperatureScaling Fit(ClassPredictions validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        if (validation.Count == 0) throw new ArgumentException("TemperatureScaling: expected validation data; received no samples.", nameof(validation));
        if (!double.IsFinite(validation.LogLoss))
            throw new ArgumentException(
                "TemperatureScaling: expected predictions whose cross-entropy is finite; the actual class of a sample has the probability 0 or NaN.",
                nameof(validation));
        return new TemperatureScaling(validation.ScaledLoss, areLabels: false);
    }

    /// <summary>Fits one temperature to the predictions of all labels: the mean of their binary cross-entropies is the lowest with it.</summary>
    /// <param name="validation">Predictions for samples that were not trained on. Probabilities are kept 1e-7 away from 0 and 1.</param>
    /// <exception cref="ArgumentException">There are no predictions.</exception>
    public static TemperatureScaling Fit(LabelPredictions validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        if (validation.Count == 0) throw new ArgumentException("TemperatureScaling: expected validation data; received no samples.", nameof(validation));
        return new TemperatureScaling(validation.ScaledLoss, areLabels: true);
    }

    /// <summary>The predictions with the temperature. Their classes are the same.</summary>
    /// <param name="predictions">Predictions of the model before <see cref="ApplyTo"/>.</param>
    public ClassPredictions Apply(ClassPredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return predictions.Divided(Temperature);
    }

    /// <summary>The predictions of several labels with the temperature.</summary>
    /// <param name="predictions">Predictions of the model before <see cref="ApplyTo"/>.</param>
    public LabelPredictions Apply(LabelPredictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return Temperature == 1 ? predictions : predictions.Divided(Temperature);
    }

    /// <summary>
    /// Divides the weights of the layer that computes the values before the softmax or sigmoid, and multiplies <see cref="Model.Temperature"/>, which records
    /// it and is saved with the model. <see cref="Model.LabelThresholds"/> change as the probabilities do, so that the decisions stay the same.
    /// </summary>
    /// <param name="model">The model that the temperature was fitted to.</param>
    /// <exception cref="NotSupportedException">
    /// The model does not end in a dense layer, a convolution or a batch normalization that its softmax or sigmoid follows, if need be after layers that keep
    /// factors, such as a pooling. Use <see cref="Apply(ClassPredictions)"/> then.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is trained or evaluated on another thread.</exception>
    public void ApplyTo(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var claim = model.Begin(WeightUse.Change, nameof(TemperatureScaling));
        var weights = LastWeights.Of(model, areLabels);
        if (Temperature == 1) return;
        foreach (var weight in weights)
        {
            var values = weight.Values.ToArray();
            for (var i = 0; i < values.Length; i++) values[i] = (float)(values[i] / Temperature);
            weight.Write(values);
        }

        model.Temperature = (model.Temperature ?? 1) * Temperature;
        if (model.LabelThresholds.Count > 0)
            model.LabelThresholds = [.. model.LabelThresholds.Select(threshold => LabelPredictions.Divided(threshold, Temperature))];
    }

    /// <summary>The temperature and what it does to the loss: <c>temperature 1.83: cross-entropy 0.412 → 0.356</c>.</summary>
    public override string ToString() => IsFitted
        ? string.Create(CultureInfo.InvariantCulture, $"temperature {Temperature:0.00}: cross-entropy {LossBefore:0.000} → {LossAfter:0.000}")
        : "temperature 1: the data do not determine another one";

    /// <summary>
    /// Bisects the slope of the loss over the factor 1/T, in which the loss is convex: the slope rises from negative to positive.
    /// </summary>
    /// <returns>The temperature; null if the slope has one sign.</returns>
    private static double? FindTemperature(Func<double, (double Loss, double Slope)> scaledLoss)
    {
        var (low, high) = (Math.Log(1 / HighestTemperature), Math.Log(1 / LowestTemperature));
        if (scaledLoss(Math.Exp(low)).Slope >= 0 || scaledLoss(Math.Exp(high)).Slope <= 0) return null;
        while (high - low > Precision)
        {
            var middle = (low + high) / 2;
            if (scaledLoss(Math.Exp(middle)).Slope < 0) low = middle;
            else high = middle;
        }

        return Math.Exp(-(low + high) / 2);
    }
}
