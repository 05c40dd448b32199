namespace Fovea;

/// <summary>
/// A callback that calls functions: <c>new LambdaCallback(onEpochEnd: progress => logger.LogInformation("{Progress}", progress))</c>.
/// <c>keras.callbacks.LambdaCallback</c>.
/// </summary>
/// <param name="onEpochBegin">Is called when an epoch starts.</param>
/// <param name="onEpochEnd">Is called when an epoch is done, its validation included.</param>
/// <param name="onTrainingBegin">Is called when training starts.</param>
/// <param name="onTrainingEnd">Is called when training has ended, also after a cancellation or an error.</param>
/// <param name="onBatchEnd">Is called after each batch.</param>
public sealed class LambdaCallback(
    Action<TrainingProgress>? onEpochBegin = null, Action<TrainingProgress>? onEpochEnd = null, Action<TrainingProgress>? onTrainingBegin = null,
    Action<TrainingProgress>? onTrainingEnd = null, Action<TrainingProgress>? onBatchEnd = null) : Callback
{
    internal override bool ActsOnBatches => onBatchEnd is not null;

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingProgress progress) => onTrainingBegin?.Invoke(progress);

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingProgress progress) => onEpochBegin?.Invoke(progress);

    /// <inheritdoc/>
    public override void OnBatchEnd(TrainingProgress progress) => onBatchEnd?.Invoke(progress);

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingProgress progress) => onEpochEnd?.Invoke(progress);

    /// <inheritdoc/>
    public override void OnTrainingEnd(TrainingProgress progress) => onTrainingEnd?.Invoke(progress);
}
