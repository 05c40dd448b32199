namespace Fovea;

/// <summary>Reads an asynchronous sequence on the calling thread, which waits for each element.</summary>
internal static class AsyncSamples
{
    /// <summary>The elements of an asynchronous sequence.</summary>
    /// <param name="elements">The sequence.</param>
    /// <param name="cancellationToken">Given to the enumerator.</param>
    public static IEnumerable<T> Read<T>(IAsyncEnumerable<T> elements, CancellationToken cancellationToken)
    {
        var enumerator = elements.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (Wait(enumerator.MoveNextAsync)) yield return enumerator.Current;
        }
        finally
        {
            Wait(async () =>
            {
                await enumerator.DisposeAsync().ConfigureAwait(false);
                return true;
            });
        }
    }

    /// <summary>Waits on another thread if this one has a context to which the sequence might want to return.</summary>
    private static bool Wait(Func<ValueTask<bool>> step) => SynchronizationContext.Current is null
        ? step().AsTask().GetAwaiter().GetResult()
        : Task.Run(() => step().AsTask()).GetAwaiter().GetResult();
}
