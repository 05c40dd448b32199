namespace Fovea;

/// <summary>A number that is watched during training and evaluation, computed over the whole epoch exactly, not as a mean of batches.</summary>
public abstract class Metric
{
    /// <summary>The share of samples whose prediction is right; see <see cref="Fovea.Accuracy"/>.</summary>
    public static Metric Accuracy => new Accuracy();

    /// <summary>The name in histories: <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The value over the samples since <see cref="Reset"/>; NaN before the first.</summary>
    public abstract double Value { get; }

    /// <summary>Starts over.</summary>
    public abstract void Reset();

    /// <summary>Another metric of the same settings that has seen nothing: evaluation does not disturb what training has counted.</summary>
    public abstract Metric Fresh();

    /// <summary>Writes what was counted since <see cref="Reset"/>, for <see cref="BackupAndRestore"/> within an epoch.</summary>
    public virtual void SaveState(BinaryWriter writer)
    {
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    public virtual void RestoreState(BinaryReader reader)
    {
    }

    /// <summary>Adds the samples of a batch.</summary>
    /// <param name="predictions">The model's outputs, sample after sample.</param>
    /// <param name="targets">The targets, sample after sample.</param>
    /// <param name="count">How many samples.</param>
    public abstract void Add(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int count);
}
