namespace Fovea.Mpi;

/// <summary>Lets one thread at a time call MPI, and reports others as an error instead of making them wait.</summary>
internal sealed class ExchangeGate
{
    private int isTaken;
    private volatile bool isClosed;

    public bool TryEnter() => Interlocked.Exchange(ref isTaken, 1) == 0;

    /// <exception cref="InvalidOperationException">Another thread is within an exchange.</exception>
    public void Enter()
    {
        if (isClosed) Thread.Sleep(Timeout.Infinite);
        if (!TryEnter())
            throw new InvalidOperationException("MpiProcesses: expected exchanges of one thread at a time; another thread is within an exchange.");
    }

    /// <summary>From now on, threads that want to exchange wait for the end of the process.</summary>
    public void Close() => isClosed = true;

    public void Leave() => Volatile.Write(ref isTaken, 0);
}
