using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>
/// A planned graph without memory: kernels in order, and the indices of the addresses that they need. Immutable; plans on any threads share it.
/// </summary>
internal sealed class PlanProgram
{
    private readonly Dictionary<Source, SourceUse[]> uses;

    public PlanProgram(
        PlanStep[] prologue, PlanStep[] steps, AddressLayout layout, IReadOnlyList<Node> cachedNodes, AlignedBuffer constants, PlannedBuffer[] buffers,
        long arenaFloats)
    {
        (Prologue, Steps, CachedNodes, Constants, Buffers, ArenaFloats) = (prologue, steps, cachedNodes, constants, buffers, arenaFloats);
        uses = layout.Uses;
        AddressCount = layout.Count;
        LentOutputs = uses.Keys.Count(source => source is Source.LentOutput);
        WorkerScratchFloats = prologue.Concat(steps).Select(step => step.Kernel.WorkerScratchFloats).DefaultIfEmpty(0).Max();
    }

    /// <summary>The steps that depend on variables only.</summary>
    public PlanStep[] Prologue { get; }

    public PlanStep[] Steps { get; }

    /// <summary>The nodes of the prologue whose values steps, outputs or updates read.</summary>
    public IReadOnlyList<Node> CachedNodes { get; }

    /// <summary>The values of constants; never written.</summary>
    public AlignedBuffer Constants { get; }

    /// <summary>The buffers in the arena with their lifetimes.</summary>
    public PlannedBuffer[] Buffers { get; }

    public long ArenaFloats { get; }

    public int WorkerScratchFloats { get; }

    public int AddressCount { get; }

    /// <summary>The number of elements of each input.</summary>
    public required IReadOnlyDictionary<InputOp, int> Inputs { get; init; }

    /// <summary>The address, the number of elements and the last step that writes each output; −1 if none does.</summary>
    public required (int Address, int Count, int LastStep)[] Outputs { get; init; }

    /// <summary>The number of outputs that are written into arrays of the caller.</summary>
    public int LentOutputs { get; }

    /// <summary>The variables that a run changes.</summary>
    public required Variable[] Updated { get; init; }

    /// <summary>All variables that the steps read or write in place.</summary>
    public IEnumerable<Variable> Variables => uses.Keys.OfType<Source.OfVariable>().Select(source => source.Variable);

    /// <summary>Fuses a graph and plans it.</summary>
    /// <exception cref="InsufficientMemoryException">The program needs more memory than the options allow or this machine has.</exception>
    public static PlanProgram Compile(Graph graph, PlanOptions? options = null)
    {
        options ??= new PlanOptions();
        var builder = new PlanBuilder(FusionRules.Apply(graph, options.IsInference), lendsOutputs: options.LendsOutputs);
        if (options.MemoryLimit is { } limit && builder.ArenaBytes > limit) builder = Recomputation.Fit(builder, limit, options.Results);
        return builder.Build();
    }

    /// <summary>The addresses that point into a source.</summary>
    public ReadOnlySpan<SourceUse> UsesOf(Source source) => uses.GetValueOrDefault(source);
}

/// <summary>One kernel with its addresses and its cost.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="FirstAddress">The index of its first address.</param>
/// <param name="Position">Its position, as <see cref="PlannedBuffer"/> counts steps.</param>
/// <param name="Cached">For a step of the prologue the index of the cached value it computes; −1 if only the prologue reads its value.</param>
/// <param name="Needs">For a step of the prologue the steps whose values it reads in the arena.</param>
/// <param name="Cost">The cost, for profiles.</param>
internal sealed record PlanStep(Kernel Kernel, int FirstAddress, int Position, int Cached, int[] Needs, StepCost Cost);

/// <summary>Assigns indices to addresses and records what each points to.</summary>
internal sealed class AddressLayout
{
    private readonly Dictionary<Source, List<SourceUse>> uses = [];

    public int Count { get; private set; }

    public Dictionary<Source, SourceUse[]> Uses => uses.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    /// <summary>Adds consecutive addresses; an operand that is null gets an empty address.</summary>
    /// <returns>The index of the first.</returns>
    public int Add(params ReadOnlySpan<Operand?> operands)
    {
        var first = Count;
        foreach (var operand in operands)
        {
            if (operand is var (source, offset))
            {
                if (!uses.TryGetValue(source, out var list)) uses[source] = list = [];
                list.Add(new SourceUse(Count, offset));
            }

            Count++;
        }

        return first;
    }
}
