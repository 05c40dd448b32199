namespace Fovea;

/// <summary>What the processes of a training agree on between two steps: whether it goes on, is stopped, or has failed in one of them.</summary>
internal sealed class StepAgreement
{
    private readonly TrainingProgress progress;
    private readonly Agreement agreement;

    private StepAgreement(TrainingProgress progress)
    {
        (this.progress, agreement) = (progress, progress.Agreement);
        progress.IsStopAgreed = false;
    }

    /// <summary>Whether a process has callbacks that act on batches, so that all must agree after each batch.</summary>
    public bool IsAfterBatches { get; private set; }

    /// <summary>The agreement of several processes; null for a training of one process.</summary>
    public static StepAgreement? Of(TrainingProgress progress) =>
        progress.Distribution is { Processes.Size: > 1 } ? new StepAgreement(progress) : null;

    /// <summary>Tells the other processes whether this one has callbacks that act on batches.</summary>
    public void Begin(bool actsOnBatches) => IsAfterBatches = agreement.Any(actsOnBatches);

    /// <summary>After a callback: stops the training in all processes if one stops it, and ends it if one has failed.</summary>
    /// <param name="own">The error of this process; null if it can go on.</param>
    /// <exception cref="OperationCanceledException">A process was cancelled.</exception>
    /// <exception cref="TrainingException">Another process has failed; the message contains its number and its error.</exception>
    public void Settle(Exception? own)
    {
        var stops = agreement.AnyAfterCallback(progress.Stop, own);
        progress.IsStopAgreed = stops;
        if (stops) progress.Stop = true;
    }
}
