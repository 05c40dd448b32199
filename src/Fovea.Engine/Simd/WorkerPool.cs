namespace Fovea.Engine.Simd;

/// <summary>Work made of units that may run in any order, on any thread.</summary>
internal interface IWork
{
    /// <summary>Runs one unit. <paramref name="worker"/> is below the pool's threads, and no two units run with the same one at a time.</summary>
    void Run(int unit, int worker);
}

/// <summary>
/// A fixed number of threads, the caller among them, that share the units of one piece of work after another.
/// </summary>
/// <remarks>
/// Units are claimed by counting, each worker's share of them first by itself. The caller claims too, and waits only for units that somebody has claimed, never
/// for a
/// worker that claimed nothing: a worker whose core is busy elsewhere costs nothing. The threads are background threads: they
/// neither keep the process alive nor the pool, and end when it is disposed or collected.
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

    ~WorkerPool() => workers?.Stop();  // there is none if the constructor threw

    /// <summary>How many threads work at most, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Who of several callers works with how many threads.</summary>
    public ThreadPartition Partition { get; }

    /// <summary>
    /// Runs all units and returns when they have ended. While the pool is busy with the work of another thread, or inside a unit,
    /// the caller runs all units itself, as worker 0.
    /// </summary>
    /// <exception cref="Exception">What a unit threw first; units not yet begun are then left out.</exception>
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

    /// <summary>Has one caller alone use the pool for some time; false if another does.</summary>
    public bool TryReserve() => Interlocked.CompareExchange(ref reserved, 1, 0) == 0;

    public void EndReservation() => Volatile.Write(ref reserved, 0);

    /// <summary>Lets the threads go. Work may still be run: the caller then does all of it.</summary>
    public void Dispose()
    {
        workers.Stop();
        Partition.Dispose();
        GC.SuppressFinalize(this);
    }
}
