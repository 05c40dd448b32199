namespace Fovea;

/// <summary>
/// Reduces the learning rate when a watched value has not improved for some epochs; <c>keras.callbacks.ReduceLROnPlateau</c>.
/// </summary>
public sealed class ReduceLearningRateOnPlateau : Callback
{
    private readonly MonitoredValue monitored;
    private int waited;
    private int resting;

    /// <summary>Watches a value.</summary>
    /// <param name="monitor">The name in <see cref="History"/>.</param>
    /// <param name="factor">The factor by which the rate is multiplied; above 0 and below 1.</param>
    /// <param name="patience">The number of epochs without improvement after which the rate is reduced; at least 0, which means 1.</param>
    /// <param name="mode">Whether higher or lower values are better.</param>
    /// <param name="minDelta">The smallest change that counts as an improvement; at least 0.</param>
    /// <param name="minLearningRate">The lowest rate; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public ReduceLearningRateOnPlateau(
        string monitor = "val_loss", double factor = 0.1, int patience = 10, MonitorMode mode = MonitorMode.Auto, double minDelta = 1e-4,
            double minLearningRate = 0)
    {
        monitored = new MonitoredValue(this, monitor, mode, minDelta);
        Factor = (float)factor is > 0 and < 1 and var given
            ? Config.Shortest(given)
            : throw ArgumentRules.Wrong(nameof(ReduceLearningRateOnPlateau), nameof(factor), $"above 0 and below 1", factor);
        Patience = patience.AtLeast(0, nameof(ReduceLearningRateOnPlateau), nameof(patience));
        MinLearningRate = minLearningRate.AtLeast(0, nameof(ReduceLearningRateOnPlateau), nameof(minLearningRate));
    }

    /// <summary>The factor by which the rate is multiplied.</summary>
    public double Factor { get; }

    /// <summary>The number of epochs without improvement after which the rate is reduced.</summary>
    public int Patience { get; }

    /// <summary>The lowest rate.</summary>
    public double MinLearningRate { get; }

    /// <summary>The number of epochs after a reduction that are not counted; at least 0.</summary>
    public int Cooldown
    {
        get;
        init => field = value.AtLeast(0, nameof(ReduceLearningRateOnPlateau), nameof(Cooldown));
    }

    internal override bool ActsOnBatches => false;

    /// <inheritdoc/>
    /// <exception cref="TrainingException">The value is not measured, or it is not known which values of it are better.</exception>
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

        if (monitored.Improves(progress))
        {
            waited = 0;
        }
        else if (resting == 0 && ++waited >= Patience)
        {
            var optimizer = progress.Model.Optimizer!;
            var rate = (float)optimizer.LearningRate;
            if (rate <= (float)MinLearningRate) return;
            optimizer.LearningRate = Math.Max(rate * (float)Factor, (float)MinLearningRate);
            (resting, waited) = (Cooldown, 0);
        }
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        monitored.SaveState(writer);
        writer.Write(waited);
        writer.Write(resting);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        monitored.RestoreState(reader);
        (waited, resting) = (reader.ReadInt32(), reader.ReadInt32());
    }
}
