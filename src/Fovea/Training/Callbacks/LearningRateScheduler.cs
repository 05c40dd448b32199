namespace Fovea;

/// <summary>
/// Sets the learning rate before each epoch by a function; <c>keras.callbacks.LearningRateScheduler</c>:
/// <c>new LearningRateScheduler((epoch, rate) => epoch &lt;= 10 ? rate : rate * 0.9)</c>.
/// </summary>
/// <param name="schedule">Computes the rate from the number of the epoch, from 1, and the rate before it.</param>
public sealed class LearningRateScheduler(Func<int, double, double> schedule) : Callback
{
    private readonly Func<int, double, double> schedule = schedule ?? throw new ArgumentNullException(nameof(schedule));

    internal override bool ActsOnBatches => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite.</exception>
    public override void OnEpochBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var optimizer = progress.Model.Optimizer!;
        optimizer.LearningRate = schedule(progress.Epoch, optimizer.LearningRate);
    }
}
