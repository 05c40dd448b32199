using System.Runtime.ExceptionServices;

namespace Fovea;

/// <summary>The callbacks of one training: each that has begun is ended, however the training ends.</summary>
internal sealed class CallbackCourse(IReadOnlyList<Callback> callbacks, TrainingProgress progress) : IDisposable
{
    private readonly List<Callback> taken = [];
    private readonly List<Callback> begun = [];

    /// <exception cref="InvalidOperationException">A callback serves another training.</exception>
    public void Begin()
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
    }

    /// <summary>Ends all that have begun. Of errors the first is thrown, after all have ended; none where the training has failed before.</summary>
    public void End()
    {
        Exception? first = null;
        foreach (var callback in begun)
        {
            try
            {
                callback.OnTrainingEnd(progress);
            }
#pragma warning disable CA1031 // The others must end too, and what ended the training must not be hidden.
            catch (Exception error)
#pragma warning restore CA1031
            {
                first ??= error;
            }
        }

        if (first is not null && progress.Failure is null) ExceptionDispatchInfo.Throw(first);
    }

    /// <summary>Lets the callbacks serve other trainings.</summary>
    public void Dispose()
    {
        foreach (var callback in taken) callback.Release();
    }
}
