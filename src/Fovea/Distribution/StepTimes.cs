namespace Fovea;

/// <summary>Where the time of the training steps of one process went since the program began, or since <see cref="Reset"/>.</summary>
/// <remarks>
/// The exchange goes on while gradients are computed. So the share of it that is hidden is 1 − <see cref="Waiting"/> / <see cref="Exchanging"/>. Both contain
/// the time that a process waits for slower ones.
/// </remarks>
internal sealed class StepTimes
{
    public long Steps { get; set; }

    /// <summary>The time in which the gradients of the own shards were computed.</summary>
    public TimeSpan Computing { get; set; }

    /// <summary>The time in which sums were exchanged and added.</summary>
    public TimeSpan Exchanging { get; set; }

    /// <summary>The time in which the exchange was waited for, after all own gradients were computed.</summary>
    public TimeSpan Waiting { get; set; }

    /// <summary>The time of the optimizer's steps.</summary>
    public TimeSpan Updating { get; set; }

    public void Reset() => (Steps, Computing, Exchanging, Waiting, Updating) = (0, default, default, default, default);
}
