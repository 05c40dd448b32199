namespace Fovea;

/// <summary>Loss and metrics over a data set.</summary>
/// <param name="Loss">The mean loss per sample, penalties of layers included.</param>
/// <param name="Metrics">The value of each metric by its name, as in <c>accuracy</c>; of several objectives also each loss, as in <c>digit_loss</c>.</param>
/// <param name="Count">The number of samples.</param>
public sealed record Evaluation(double Loss, IReadOnlyDictionary<string, double> Metrics, int Count)
{
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
}
