namespace Fovea.Engine.Planning;

/// <summary>
/// The arena and the workers' scratch, shared by plans of which only one runs at a time: it is as large as the largest of them needs. One thread at a time.
/// </summary>
internal sealed class PlanMemory
{
    /// <summary>From how many floats on an arena that is given up is collected at once.</summary>
    private const long MinCollectedFloats = 1 << 22;

    private static readonly AlignedBuffer None = new(0);

    private readonly List<Plan> plans = [];
    private int scratchFloats;

    public AlignedBuffer.Addresses Workers { get; private set; } = new(0);

    public AlignedBuffer Arena { get; private set; } = None;

    /// <summary>Makes room for a plan and has it know where.</summary>
    public void Attach(Plan plan)
    {
        if (plan.ArenaFloats > Arena.Count) Grow(plan.ArenaFloats);
        plans.Add(plan);
        plan.EnterArena(Arena);
    }

    /// <summary>
    /// Takes a larger arena, by an eighth at least, so that it seldom happens; what nobody writes to is no memory yet. Garbage of this size would stay for
    /// long, and the system would not
    /// get it back: an arena of 300 MB that came to its size step by step left as much behind.
    /// </summary>
    private void Grow(long floats)
    {
        var before = Arena.Count;
        foreach (var plan in plans) plan.LeaveArena();
        Arena = None;
        if (before >= MinCollectedFloats) GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            Arena = new AlignedBuffer(Math.Max(floats, before + (before / 8)));
        }
        catch (OutOfMemoryException)
        {
            if (before > 0) Arena = new AlignedBuffer(before);
            throw;
        }
        finally
        {
            foreach (var plan in plans) plan.EnterArena(Arena);
        }
    }

    /// <summary>Forgets a plan that will not be run any more.</summary>
    public void Detach(Plan plan) => plans.Remove(plan);

    /// <summary>Writes one number wherever workers have scratch.</summary>
    public void FillScratch(float value)
    {
        for (var worker = 0; worker < Workers.Count && scratchFloats > 0; worker++) Workers.Span(worker, scratchFloats).Fill(value);
    }

    /// <summary>Gives each of some workers scratch of at least so many floats.</summary>
    public void EnsureWorkers(int workers, int floats)
    {
        if (Workers.Count >= workers && scratchFloats >= floats) return;
        scratchFloats = Math.Max(scratchFloats, floats);
        Workers = new AlignedBuffer.Addresses(Math.Max(workers, Workers.Count));
        for (var worker = 0; worker < Workers.Count && scratchFloats > 0; worker++) Workers.Set(worker, new AlignedBuffer(scratchFloats), 0);
    }
}
