namespace Fovea.Engine.Planning;

/// <summary>
/// Shows whether plans read memory that holds nothing for them: each range of the arena becomes NaN before a run and after its last reader, the workers'
/// scratch after each
/// step, and now and then garbage is collected and written over with NaN. For tests: whatever is right stays right to the bit.
/// </summary>
internal sealed class PlanAudit
{
    private static readonly int[] Lengths = [16, 32, 48, 80, 144, 272, 1040, 4112, 65_552];

    [ThreadStatic]
    private static PlanAudit? current;

    private readonly int stepsPerCollection;
    private readonly List<float[]> blocks = [];
    private int steps;

    private PlanAudit(int stepsPerCollection) => this.stepsPerCollection = stepsPerCollection;

    /// <summary>What watches the plans that this thread makes from now on; null, as a rule.</summary>
    public static PlanAudit? Current => current;

    /// <summary>How many steps were watched.</summary>
    public long StepCount { get; private set; }

    /// <summary>Does something while all plans made by it, on this thread, are watched.</summary>
    public static PlanAudit Watch(int stepsPerCollection, Action action)
    {
        var audit = current = new PlanAudit(stepsPerCollection);
        try
        {
            action();
        }
        finally
        {
            current = null;
        }

        return audit;
    }

    public static void Begin(PlanMemory memory)
    {
        memory.Arena.Fill(float.NaN);
        memory.FillScratch(float.NaN);
    }

    public void After(PlanStep step, PlanProgram program, PlanMemory memory)
    {
        foreach (var buffer in program.Buffers)
        {
            if (buffer.Last == step.Position) memory.Arena.Slice(buffer.Offset, buffer.Count).Fill(float.NaN);
        }

        memory.FillScratch(float.NaN);
        StepCount++;
        if (++steps % stepsPerCollection == 0) Collect();
    }

    private void Collect()
    {
        blocks.Clear();
        GC.Collect();
        foreach (var length in Lengths)
        {
            for (var i = 0; i < (length > 10_000 ? 2 : 30); i++)
            {
                var block = GC.AllocateUninitializedArray<float>(length, pinned: true);
                Array.Fill(block, float.NaN);
                blocks.Add(block);
            }
        }
    }
}
