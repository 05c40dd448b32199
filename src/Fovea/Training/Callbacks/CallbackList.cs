using System.Runtime.ExceptionServices;

namespace Fovea;

/// <summary>The callbacks of one training. Each that has begun is ended, however the training ends.</summary>
/// <remarks>
/// Several processes call their callbacks at the same steps, and agree afterwards whether one of them stops the training or has failed. A process has a
/// <see cref="FitReport"/> only if it shows the progress, so that this is not a callback that all have.
/// </remarks>
internal sealed class CallbackList(IReadOnlyList<Callback> given, TrainingProgress progress)
{
    private readonly Callback[] callbacks = [.. given.OrderBy(callback => callback.IsLast)];
    private readonly List<Callback> taken = [];
    private readonly List<Callback> begun = [];
    private readonly StepAgreement? agreement = StepAgreement.Of(progress);

    /// <summary>The callbacks in the order in which they are called.</summary>
    public IReadOnlyList<Callback> All => callbacks;

    /// <summary>Begins all, then gives them the state of the training, to save it or to restore it.</summary>
    /// <exception cref="InvalidOperationException">A callback serves another training.</exception>
    public void Begin(TrainingState state)
    {
        agreement?.Begin(Array.Exists(callbacks, callback => callback.ActsOnBatches));
        Call((callback, training) =>
        {
            if (!callback.Take(training))
                throw new InvalidOperationException(
                    $"{callback.GetType().Name}: the callback serves the training of '{training.Model.Name}' and another one at once; make one for each.");
            taken.Add(callback);
        });
        Call((callback, training) =>
        {
            callback.OnTrainingBegin(training);
            begun.Add(callback);
        });
        Call((callback, _) => callback.Attach(state));
    }

    public void BeginEpoch() => Call(static (callback, progress) => callback.OnEpochBegin(progress));

    public void EndEpoch() => Call(static (callback, progress) => callback.OnEpochEnd(progress));

    /// <summary>Calls all after a batch. Several processes agree once, before the callbacks that exchange states.</summary>
    public void EndBatch()
    {
        if (agreement is not { IsAfterBatches: true })
        {
            foreach (var callback in callbacks) callback.OnBatchEnd(progress);
            return;
        }

        var first = 0;
        Exception? error = null;
        try
        {
            for (; first < callbacks.Length && !callbacks[first].IsLast; first++) callbacks[first].OnBatchEnd(progress);
        }
#pragma warning disable CA1031 // Thrown again, after the other processes know of it.
        catch (Exception caught)
#pragma warning restore CA1031
        {
            error = caught;
        }

        agreement.Settle(error);
        for (; first < callbacks.Length; first++) callbacks[first].OnBatchEnd(progress);
    }

    /// <summary>Whether a callback wants training to end without an error, now that the loss or the weights are no longer finite. All are asked.</summary>
    public bool EndQuietly() => callbacks.Aggregate(false, (quietly, callback) => callback.EndsQuietly() || quietly);

    /// <summary>
    /// Ends all that have begun, and lets the callbacks serve other trainings. If some throw, the first error is thrown after all have ended, unless the
    /// training itself has failed.
    /// </summary>
    public void End()
    {
        Exception? first = null;
        foreach (var callback in begun)
        {
            try
            {
                callback.OnTrainingEnd(progress);
            }
#pragma warning disable CA1031 // The others must end too, and the error that ended the training must not be hidden.
            catch (Exception error)
#pragma warning restore CA1031
            {
                first ??= error;
            }
        }

        foreach (var callback in taken) callback.Release();
        if (progress.Failure is not null) return;
        agreement?.Settle(first);
        if (first is not null) ExceptionDispatchInfo.Throw(first);
    }

    /// <summary>Calls all. Several processes agree after each callback, so that none waits in the next for one that has failed.</summary>
    private void Call(Action<Callback, TrainingProgress> call)
    {
        if (agreement is null)
        {
            foreach (var callback in callbacks) call(callback, progress);
            return;
        }

        Exception? error = null;
        foreach (var callback in callbacks)
        {
            try
            {
                if (error is null) call(callback, progress);
            }
#pragma warning disable CA1031 // Thrown again, after the other processes know of it.
            catch (Exception caught)
#pragma warning restore CA1031
            {
                error = caught;
            }

            if (callback is not FitReport) agreement.Settle(error);
        }

        agreement.Settle(error);
    }
}
