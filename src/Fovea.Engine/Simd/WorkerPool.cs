using System.Diagnostics;

namespace Fovea.Engine.Simd;

/// <summary>Work that consists of units, which may run in any order and on any thread.</summary>
internal interface IWork
{
    /// <summary>Runs one unit. <paramref name="worker"/> is below the number of threads; no two units run with the same number at a time.</summary>
    void Run(int unit, int worker);
}

/// <summary>
/// A fixed number of threads, including the caller, that run the units of one piece of work after another.
/// </summary>
/// <remarks>
/// Each worker has a share of the units and claims these first, one at a time; then it claims units of other shares. The caller claims units too, and
/// waits only for units that have been claimed. A worker whose core is busy with another process therefore delays nothing. The threads are background
/// threads: they keep neither the process nor the pool alive, and end when the pool is disposed or collected.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private readonly WorkerThreads workers;
    private int busy;
    private int reserved;

    public WorkerPool(int threads)
    {
        if (threads < 1) throw new ArgumentOutOfRangeException(nameof(threads), threads, "WorkerPool: at least one thread is needed, the caller itself.");
        Threads = threads;
        workers = new WorkerThreads(threads);
        Partition = new ThreadPartition(this);
        for (var worker = 1; worker < threads; worker++) workers.Start(worker);
    }

    ~WorkerPool() => workers?.Stop();  // null if the constructor threw

    /// <summary>The number of threads, including the caller.</summary>
    public int Threads { get; }

    /// <summary>Divides the threads among concurrent callers.</summary>
    public ThreadPartition Partition { get; }

    /// <summary>
    /// Runs all units and returns when they have ended. If the pool is busy with the work of another thread, or the call comes from within a unit, the
    /// caller runs all units itself, as worker 0.
    /// </summary>
    /// <exception cref="Exception">The first exception that a unit threw; units that have not begun are then skipped.</exception>
    public void Run(IWork work, int units)
    {
        if (units > 1 && Threads > 1 && Interlocked.CompareExchange(ref busy, 1, 0) == 0)
        {
            try
            {
                workers.Run(work, units);
            }
            finally
            {
                Volatile.Write(ref busy, 0);
                GC.KeepAlive(this);
            }

            return;
        }

        for (var unit = 0; unit < units; unit++) work.Run(unit, 0);
    }

    /// <summary>Runs all units on the threads that no concurrent caller uses, and returns when they have ended.</summary>
    public void RunShared(IWork work, int units)
    {
        var helpers = Partition.Enter(Stopwatch.GetTimestamp());
        try
        {
            if (helpers is not null) helpers.Run(work, units);
            else for (var unit = 0; unit < units; unit++) work.Run(unit, 0);
        }
        finally
        {
            Partition.Leave(helpers);
        }
    }

    /// <summary>Reserves the pool for one caller; false if another caller has reserved it.</summary>
    public bool TryReserve() => Interlocked.CompareExchange(ref reserved, 1, 0) == 0;

    public void EndReservation() => Volatile.Write(ref reserved, 0);

    /// <summary>Stops the threads. Work can still be run: the caller then computes all of it.</summary>
    public void Dispose()
    {
        workers.Stop();
        Partition.Dispose();
        GC.SuppressFinalize(this);
    }
}
