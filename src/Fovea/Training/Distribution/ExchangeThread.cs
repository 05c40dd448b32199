using System.Runtime.ExceptionServices;

namespace Fovea;

/// <summary>
/// A thread that exchanges the buckets of a batch while another thread still computes the later ones. Between <see cref="Begin"/> and
/// <see cref="Complete"/> it is the only one that calls the group of processes.
/// </summary>
/// <param name="buckets">The number of buckets.</param>
/// <param name="exchange">Exchanges a bucket, given its index and whether this process has failed; returns whether no process has failed.</param>
internal sealed class ExchangeThread(int buckets, Func<int, bool, bool> exchange) : IDisposable
{
    private readonly object gate = new();

    // Guarded by the gate.
    private Thread? thread;
    private int released;
    private bool hasFailed;
    private bool succeeded;
    private ExceptionDispatchInfo? error;
    private bool isClosed;

    /// <summary>Whether a batch has begun and is not complete.</summary>
    public bool IsWorking { get; private set; }

    /// <summary>Begins a batch. None of its buckets is released.</summary>
    public void Begin()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            (released, hasFailed, succeeded, error, IsWorking) = (0, false, false, null, true);
            if (thread is null)
            {
                thread = new Thread(Serve) { IsBackground = true, Name = "Fovea exchange" };
                thread.Start();
            }

            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Allows the exchange of the first buckets, which are computed.</summary>
    public void Release(int count)
    {
        lock (gate)
        {
            released = count;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Releases all buckets and waits until they are exchanged.</summary>
    /// <param name="failed">Whether this process could not compute them. Buckets that were released before may be exchanged already.</param>
    /// <returns>Whether no process has failed.</returns>
    /// <exception cref="Exception">The error of the exchange.</exception>
    public bool Complete(bool failed)
    {
        lock (gate)
        {
            (released, hasFailed) = (buckets, failed);
            Monitor.PulseAll(gate);
            while (IsWorking) Monitor.Wait(gate);
            error?.Throw();
            return succeeded;
        }
    }

    /// <summary>Ends the thread once it has no batch.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.PulseAll(gate);
        }
    }

    private void Serve()
    {
        while (WaitForBatch())
        {
            var done = false;
            ExceptionDispatchInfo? failure = null;
            try
            {
                done = ExchangeAll();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            lock (gate)
            {
                (succeeded, error, IsWorking) = (done, failure, false);
                Monitor.PulseAll(gate);
            }
        }
    }

    private bool ExchangeAll()
    {
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            if (!exchange(bucket, WaitFor(bucket))) return false;
        }

        return true;
    }

    private bool WaitForBatch()
    {
        lock (gate)
        {
            while (!IsWorking && !isClosed) Monitor.Wait(gate);
            return IsWorking;
        }
    }

    /// <summary>Waits until a bucket is released. Returns whether this process has failed.</summary>
    private bool WaitFor(int bucket)
    {
        lock (gate)
        {
            while (released <= bucket) Monitor.Wait(gate);
            return hasFailed;
        }
    }
}
