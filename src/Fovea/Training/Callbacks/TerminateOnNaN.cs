namespace Fovea;

/// <summary>
/// Ends training quietly when the loss is not finite, instead of with a <see cref="TrainingException"/>; <c>keras.callbacks.TerminateOnNaN</c>.
/// The model is as after the last good epoch either way.
/// </summary>
public sealed class TerminateOnNaN : Callback
{
    /// <summary>Whether training was ended.</summary>
    public bool Terminated { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingProgress progress) => Terminated = false;

    internal override bool EndsQuietly() => Terminated = true;
}
