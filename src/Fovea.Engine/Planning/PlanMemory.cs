namespace Fovea.Engine.Planning;

/// <summary>
/// The arena and the workers' scratch, shared by plans of which only one runs at a time: it is as large as the largest of them needs. One thread at a time.
/// </summary>
internal sealed class PlanMemory
{
    private static readonly AlignedBuffer None = new(0);

    private readonly List<Plan> plans = [];
    private int scratchFloats;

    public AlignedBuffer.Addresses Workers { get; private set; } = new(0);

    public AlignedBuffer Arena { get; private set; } = None;

    /// <summary>Makes room for a plan and has it know where.</summary>
    public void Attach(Plan plan)
    {
        var floats = plan.ArenaFloats;
        if (floats > Arena.Count)
        {
            // Nobody may hold the old one while the new one is taken.
            foreach (var other in plans) other.LeaveArena();
            Arena = None;
            try
            {
                Arena = new AlignedBuffer(floats);
            }
            catch (OutOfMemoryException)
            {
                if (plans.Count > 0) Arena = new AlignedBuffer(plans.Max(other => other.ArenaFloats));
                throw;
            }
            finally
            {
                foreach (var other in plans) other.EnterArena(Arena);
            }
        }

        plans.Add(plan);
        plan.EnterArena(Arena);
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
