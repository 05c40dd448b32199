using System.Runtime.ExceptionServices;

namespace Fovea;

/// <summary>The callbacks of one training. Each that has begun is ended, however the training ends.</summary>
internal sealed class CallbackList(IReadOnlyList<Callback> given, TrainingProgress progress)
{
    private readonly Callback[] callbacks = [.. given.OrderBy(callback => callback.IsLast)];
    private readonly List<Callback> taken = [];
    private readonly List<Callback> begun = [];

    /// <summary>The callbacks in the order in which they are called.</summary>
    public IReadOnlyList<Callback> All => callbacks;

    /// <summary>Begins all, then gives them the state of the training, to save it or to restore it.</summary>
    /// <exception cref="InvalidOperationException">A callback serves another training.</exception>
    public void Begin(TrainingState state)
    {
        foreach (var callback in callbacks)
        {
            if (!callback.Take(progress))
                throw new InvalidOperationException(
                    $"{callback.GetType().Name}: the callback serves the training of '{progress.Model.Name}' and another one at once; make one for each.");
            taken.Add(callback);
        }

        foreach (var callback in callbacks)
        {
            callback.OnTrainingBegin(progress);
            begun.Add(callback);
        }

        foreach (var callback in callbacks) callback.Attach(state);
    }

    public void BeginEpoch()
    {
        foreach (var callback in callbacks) callback.OnEpochBegin(progress);
    }

    public void EndBatch()
    {
        foreach (var callback in callbacks) callback.OnBatchEnd(progress);
    }

    public void EndEpoch()
    {
        foreach (var callback in callbacks) callback.OnEpochEnd(progress);
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
        if (first is not null && progress.Failure is null) ExceptionDispatchInfo.Throw(first);
    }
}
