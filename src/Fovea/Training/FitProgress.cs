using System.Globalization;

namespace Fovea;

/// <summary>
/// A moment of a training, which <see cref="Model.Fit"/> reports to an <see cref="IProgress{T}"/>: at most ten times a second, and at the end of each epoch.
/// </summary>
/// <param name="Epoch">The number of the epoch, from 1.</param>
/// <param name="Epochs">The number of epochs of the training.</param>
/// <param name="Batch">The number of trained batches of this epoch.</param>
/// <param name="Batches">The number of batches of an epoch; null if it is not known in advance.</param>
/// <param name="Values">
/// The values by their names in <see cref="History"/>: loss and metrics over the epoch so far, and at its end those of the validation data, as in
/// <c>val_loss</c>.
/// </param>
/// <param name="IsEpochEnd">Whether the epoch is done, its validation included.</param>
public sealed record FitProgress(int Epoch, int Epochs, int Batch, int? Batches, IReadOnlyDictionary<string, double> Values, bool IsEpochEnd)
{
    /// <summary>The share of the training that is done, from 0 to 1; within an epoch of unknown length, that of the epochs before.</summary>
    public double Fraction => Epochs == 0 ? 1 : (Epoch - 1 + (IsEpochEnd ? 1 : Batches is > 0 and var batches ? (double)Batch / batches : 0)) / Epochs;

    /// <summary>A line for a log: <c>epoch 3/30 - batch 63/63 - loss: 0.2512 - accuracy: 0.9100</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {Epoch}/{Epochs} - batch {Batch}{(Batches is { } batches ? $"/{batches}" : "")}")
        + string.Concat(Values.Select(value => " - " + ProgressText.Value(value)));
}
