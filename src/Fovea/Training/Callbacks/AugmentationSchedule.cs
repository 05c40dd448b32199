using System.Globalization;

namespace Fovea;

/// <summary>
/// Changes <see cref="Model.Augmentation"/> between epochs: to a stronger or weaker one, to none, or to one that gives larger images.
/// </summary>
/// <remarks>
/// A convolutional network that ends in a global pooling takes images of any size. Training it first on smaller images saves time (Howard and Gugger 2020,
/// "progressive resizing"):
/// <code>
/// model.Augmentation = new RandomGeometry(size: 96);
/// model.Fit(train, epochs: 60, callbacks: [new AugmentationSchedule((31, new RandomGeometry(size: 128)))]);
/// </code>
/// The weights, the optimizer's state and the schedule of the learning rate continue. A training that is resumed (<see cref="BackupAndRestore"/>) begins with
/// the augmentation of its epoch, if the model has the same augmentation as before the first epoch. Afterwards the model has the last one.
/// </remarks>
public sealed class AugmentationSchedule : Callback
{
    /// <summary>Creates a schedule.</summary>
    /// <param name="changes">
    /// Epochs, from 2, and the augmentation from each on; null for none. Their epochs rise. Before the first, the augmentation is that of the model.
    /// </param>
    /// <exception cref="ArgumentException">There are no changes, or their epochs do not rise from 2.</exception>
    public AugmentationSchedule(IReadOnlyList<(int Epoch, ImageAugmentation? Augmentation)> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0) throw new ArgumentException("AugmentationSchedule: expected at least one change; received none.", nameof(changes));
        var epochs = changes.Select(change => change.Epoch).ToList();
        if (epochs[0] < 2 || epochs.Zip(epochs.Skip(1)).Any(pair => pair.Second <= pair.First))
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"AugmentationSchedule: expected epochs that rise, from 2; received {string.Join(", ", epochs)}. Epoch 1 has model.Augmentation."),
                nameof(changes));
        Changes = [.. changes];
    }

    /// <inheritdoc cref="AugmentationSchedule(IReadOnlyList{ValueTuple{int, ImageAugmentation}})"/>
    public AugmentationSchedule(params (int Epoch, ImageAugmentation? Augmentation)[] changes)
        : this((IReadOnlyList<(int Epoch, ImageAugmentation? Augmentation)>)changes)
    {
    }

    /// <summary>Epochs, and the augmentation from each on; null for none.</summary>
    public IReadOnlyList<(int Epoch, ImageAugmentation? Augmentation)> Changes { get; }

    internal override string Description => $"{nameof(AugmentationSchedule)} {string.Join("; ", Changes.Select(Describe))}";

    internal override bool ActsOnBatches => false;

    internal override void PrepareEpoch(TrainingProgress progress)
    {
        for (var i = Changes.Count - 1; i >= 0; i--)
        {
            if (Changes[i].Epoch > progress.Epoch) continue;
            progress.Model.Augmentation = Changes[i].Augmentation;
            return;
        }
    }

    private static string Describe((int Epoch, ImageAugmentation? Augmentation) change) => string.Create(
        CultureInfo.InvariantCulture, $"{change.Epoch}: {(change.Augmentation is { } augmentation ? Fingerprint.Describe(augmentation) : "none")}");
}
