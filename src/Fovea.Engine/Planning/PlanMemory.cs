namespace Fovea.Engine.Planning;

/// <summary>
/// The arena and the workers' scratch, shared by plans of which only one runs at a time. They are as large as the largest plan needs. Not thread-safe.
/// </summary>
internal sealed class PlanMemory
{
    /// <summary>The size, in floats, from which on a replaced arena is collected at once.</summary>
    private const long MinCollectedFloats = 1 << 22;

    private static readonly AlignedBuffer None = new(0);

    private readonly List<Plan> plans = [];
    private int scratchFloats;

    public AlignedBuffer.Addresses Workers { get; private set; } = new(0);

    public AlignedBuffer Arena { get; private set; } = None;

    /// <summary>Adds a plan and makes the arena large enough for it.</summary>
    public void Attach(Plan plan)
    {
        if (plan.ArenaFloats > Arena.Count) Grow(plan.ArenaFloats);
        plans.Add(plan);
        plan.EnterArena(Arena);
    }

    /// <summary>
    /// Allocates a larger arena, at least by an eighth, so that this happens rarely; pages that are never written take no memory. The old arena is collected
    /// at once. Otherwise garbage of this size would stay for long: an arena that grew to 300 MB step by step left as much garbage.
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

    /// <summary>Removes a plan that will not run again.</summary>
    public void Detach(Plan plan) => plans.Remove(plan);

    /// <summary>Fills the scratch of all workers with one value.</summary>
    public void FillScratch(float value)
    {
        for (var worker = 0; worker < Workers.Count && scratchFloats > 0; worker++) Workers.Span(worker, scratchFloats).Fill(value);
    }

    /// <summary>Ensures that each of a number of workers has scratch of at least so many floats.</summary>
    public void EnsureWorkers(int workers, int floats)
    {
        if (Workers.Count >= workers && scratchFloats >= floats) return;
        scratchFloats = Math.Max(scratchFloats, floats);
        Workers = new AlignedBuffer.Addresses(Math.Max(workers, Workers.Count));
        for (var worker = 0; worker < Workers.Count && scratchFloats > 0; worker++) Workers.Set(worker, new AlignedBuffer(scratchFloats), 0);
    }
}
