using System.Globalization;

namespace Fovea;

/// <summary>Loss and metrics over a data set.</summary>
/// <param name="Loss">The mean loss per sample, penalties of layers included.</param>
/// <param name="Metrics">The value of each metric by its name, as in <c>accuracy</c>; of several objectives also each loss, as in <c>digit_loss</c>.</param>
/// <param name="Count">The number of samples.</param>
public sealed record Evaluation(double Loss, IReadOnlyDictionary<string, double> Metrics, int Count)
{
    /// <summary>
    /// The value of each metric by its name, as in <c>accuracy</c>; of several objectives also each loss, as in <c>digit_loss</c>. A name that is missing is
    /// an error that lists the others.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } =
        Metrics is Dictionary<string, double> values ? new NamedValues<double>(values, nameof(Evaluation), "the metric") : Metrics;

    /// <summary>The accuracy, from 0 to 1.</summary>
    /// <exception cref="KeyNotFoundException">The model was compiled without <see cref="Fovea.Accuracy"/>.</exception>
    public double Accuracy => Metrics.TryGetValue("accuracy", out var accuracy)
        ? accuracy
        : throw new KeyNotFoundException(
            $"Evaluation: expected the metric 'accuracy'; measured were {string.Join(", ", Metrics.Keys.Prepend("loss"))}. "
            + "Compile the model with new Accuracy().");

    /// <summary>Gives loss and accuracy: <c>var (loss, accuracy) = model.Evaluate(test);</c></summary>
    /// <param name="loss">The mean loss per sample.</param>
    /// <param name="accuracy">The accuracy, from 0 to 1.</param>
    /// <exception cref="KeyNotFoundException">The model was compiled without <see cref="Fovea.Accuracy"/>.</exception>
    public void Deconstruct(out double loss, out double accuracy) => (loss, accuracy) = (Loss, Accuracy);

    /// <summary>Loss, metrics and the number of samples: <c>loss: 0.2512 - accuracy: 0.9100 (1000 samples)</c>.</summary>
    public override string ToString() => ProgressText.Value(KeyValuePair.Create("loss", Loss))
        + string.Concat(Metrics.Select(value => $" - {ProgressText.Value(value)}"))
        + string.Create(CultureInfo.InvariantCulture, $" ({Count} sample{(Count == 1 ? "" : "s")})");
}
