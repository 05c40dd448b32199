namespace Fovea.Engine.Planning;

/// <summary>
/// A mode for tests that shows reads of stale memory. Each range of the arena is filled with NaN before a run and after its last reader, and the workers'
/// scratch after each step. From time to time garbage is collected and its memory overwritten with NaN. A correct plan gives bit-identical results.
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

    /// <summary>The audit of the plans that this thread compiles from now on; usually null.</summary>
    public static PlanAudit? Current => current;

    /// <summary>The number of steps that were audited.</summary>
    public long StepCount { get; private set; }

    /// <summary>Runs an action; all plans that it compiles on this thread are audited.</summary>
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
