using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>
/// A graph laid out: kernels in order and, by number, the addresses that they need, but no memory. It never changes, so plans on any threads share it.
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
        WorkerScratchFloats = prologue.Concat(steps).Select(step => step.Kernel.WorkerScratchFloats).DefaultIfEmpty(0).Max();
    }

    /// <summary>The steps that depend on variables alone.</summary>
    public PlanStep[] Prologue { get; }

    public PlanStep[] Steps { get; }

    /// <summary>The nodes whose values the prologue leaves to the steps, to outputs and to updates.</summary>
    public IReadOnlyList<Node> CachedNodes { get; }

    /// <summary>The values of constants, which nobody writes to.</summary>
    public AlignedBuffer Constants { get; }

    /// <summary>What lies in the arena, and from which step to which.</summary>
    public PlannedBuffer[] Buffers { get; }

    public long ArenaFloats { get; }

    public int WorkerScratchFloats { get; }

    public int AddressCount { get; }

    /// <summary>How many numbers each input has.</summary>
    public required IReadOnlyDictionary<InputOp, int> Inputs { get; init; }

    /// <summary>For each output its address and how many numbers it has.</summary>
    public required (int Address, int Count)[] Outputs { get; init; }

    /// <summary>The variables that a run changes.</summary>
    public required Variable[] Updated { get; init; }

    /// <summary>All variables that the steps read or write, where they lie.</summary>
    public IEnumerable<Variable> Variables => uses.Keys.OfType<Source.OfVariable>().Select(source => source.Variable);

    /// <summary>Fuses a graph and lays it out.</summary>
    /// <exception cref="InsufficientMemoryException">It needs more memory than the options allow, or than this machine has.</exception>
    public static PlanProgram Compile(Graph graph, PlanOptions? options = null)
    {
        options ??= new PlanOptions();
        var builder = new PlanBuilder(FusionRules.Apply(graph, options.IsInference));
        if (options.MemoryLimit is { } limit && builder.ArenaBytes > limit) builder = Recomputation.Fit(builder, limit);
        return builder.Build();
    }

    /// <summary>The addresses that lead into a source.</summary>
    public ReadOnlySpan<SourceUse> UsesOf(Source source) => uses.GetValueOrDefault(source);
}

/// <summary>One kernel, the first of its addresses, and what a profile says of it.</summary>
/// <param name="Kernel">What is run.</param>
/// <param name="FirstAddress">The number of the first of its addresses.</param>
/// <param name="Position">Its place in the order by which <see cref="PlannedBuffer"/>s live.</param>
/// <param name="Cached">For a step of the prologue the number of the value that it leaves, −1 where other steps of the prologue alone read it.</param>
/// <param name="Needs">For a step of the prologue the steps of it whose values it reads in the arena.</param>
/// <param name="Cost">For profiles.</param>
internal sealed record PlanStep(Kernel Kernel, int FirstAddress, int Position, int Cached, int[] Needs, StepCost Cost);

/// <summary>Deals out numbers of addresses and notes what each leads to.</summary>
internal sealed class AddressLayout
{
    private readonly Dictionary<Source, List<SourceUse>> uses = [];

    public int Count { get; private set; }

    public Dictionary<Source, SourceUse[]> Uses => uses.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    /// <summary>A row of addresses; those of nothing lead nowhere.</summary>
    /// <returns>The number of the first.</returns>
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
