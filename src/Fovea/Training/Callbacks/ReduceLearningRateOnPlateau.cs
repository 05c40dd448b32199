namespace Fovea;

/// <summary>
/// Makes the learning rate smaller when a watched value has not become better for some epochs; <c>keras.callbacks.ReduceLROnPlateau</c>.
/// </summary>
public sealed class ReduceLearningRateOnPlateau : Callback
{
    private readonly MonitoredValue monitored;
    private int waited;
    private int resting;

    /// <summary>Watches a value.</summary>
    /// <param name="monitor">The name in <see cref="History"/>.</param>
    /// <param name="factor">What the rate is multiplied by; above 0 and below 1.</param>
    /// <param name="patience">After how many epochs in a row that are not better the rate is reduced; at least 0, which is as 1.</param>
    /// <param name="mode">Which values are better.</param>
    /// <param name="minDelta">How much better a value must be to count as better; at least 0.</param>
    /// <param name="minLearningRate">The least rate; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ReduceLearningRateOnPlateau(
        string monitor = "val_loss", float factor = 0.1f, int patience = 10, MonitorMode mode = MonitorMode.Auto, float minDelta = 1e-4f,
            float minLearningRate = 0)
    {
        monitored = new MonitoredValue(this, monitor, mode, minDelta);
        Factor = factor is > 0 and < 1
            ? factor
            : throw ArgumentRules.Wrong(nameof(ReduceLearningRateOnPlateau), nameof(factor), $"above 0 and below 1", factor);
        Patience = patience.AtLeast(0, nameof(ReduceLearningRateOnPlateau), nameof(patience));
        MinLearningRate = minLearningRate.AtLeast(0, nameof(ReduceLearningRateOnPlateau), nameof(minLearningRate));
    }

    /// <summary>What the rate is multiplied by.</summary>
    public float Factor { get; }

    /// <summary>After how many epochs in a row that are not better the rate is reduced.</summary>
    public int Patience { get; }

    /// <summary>The least rate.</summary>
    public float MinLearningRate { get; }

    /// <summary>How many epochs after a reduction are not counted; at least 0.</summary>
    public int Cooldown
    {
        get;
        init => field = value.AtLeast(0, nameof(ReduceLearningRateOnPlateau), nameof(Cooldown));
    }

    /// <inheritdoc/>
    /// <exception cref="TrainingException">The value is not measured, or nobody knows which values of it are better.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        monitored.Begin(progress);
        monitored.Reset();
        (waited, resting) = (0, 0);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (resting > 0)
        {
            resting--;
            waited = 0;
        }

        if (monitored.Improves(progress.History))
        {
            waited = 0;
        }
        else if (resting == 0 && ++waited >= Patience)
        {
            var optimizer = progress.Model.Optimizer!;
            var rate = (float)optimizer.LearningRate;
            if (rate <= MinLearningRate) return;
            optimizer.LearningRate = Math.Max(rate * Factor, MinLearningRate);
            (resting, waited) = (Cooldown, 0);
        }
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(monitored.Best);
        writer.Write(waited);
        writer.Write(resting);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (monitored.Best, waited, resting) = (reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32());
    }
}
