namespace Fovea;

/// <summary>
/// Ends training without an exception when the loss is not finite; <c>keras.callbacks.TerminateOnNaN</c>. Otherwise <see cref="Model.Fit"/> throws a
/// <see cref="TrainingException"/>. In both cases the model is as after the last good epoch.
/// </summary>
public sealed class TerminateOnNaN : Callback
{
    /// <summary>Whether training was ended by this callback.</summary>
    public bool Terminated { get; private set; }

    internal override bool ActsOnBatches => false;

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingProgress progress) => Terminated = false;

    internal override bool EndsQuietly() => Terminated = true;
}
