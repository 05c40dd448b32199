using System.Diagnostics;
using Fovea.Engine.Fusion;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Planning;

/// <summary>
/// A graph ready to run: its ops as kernels in order, over one arena that is laid out once. Running it allocates nothing. A plan
/// belongs to one thread at a time; it uses the threads of <see cref="Cpu"/> inside.
/// </summary>
public sealed unsafe class Plan : IWork
{
    private readonly PlanPrologue prologue;
    private readonly PlanStep[] steps;
    private readonly Variable[] updated;
    private readonly IReadOnlyDictionary<InputOp, PlanInput> inputs;
    private readonly PlanInput[] allInputs;
    private readonly PlanOutputs outputs;
    private readonly AlignedBuffer arena;
    private readonly int workerScratchFloats;
    private readonly Teamwork teamwork = new();
    private AlignedBuffer[] workerScratch = [];
    private PlanStep current = null!;
    private int phase;

    internal Plan(
        PlanPrologue prologue, PlanStep[] steps, Variable[] updated, AlignedBuffer arena, IReadOnlyDictionary<InputOp, PlanInput> inputs, PlanOutputs outputs)
    {
        this.prologue = prologue;
        this.steps = steps;
        this.updated = updated;
        this.arena = arena;
        this.inputs = inputs;
        allInputs = [.. inputs.Values];
        this.outputs = outputs;
        workerScratchFloats = prologue.Steps.Concat(steps).Select(step => step.Kernel.WorkerScratchFloats).DefaultIfEmpty(0).Max();
    }

    /// <summary>How many floats the activations, gradients and scratch of the plan take; variables, inputs and per-thread scratch aside.</summary>
    public long ArenaFloats => arena.Count;

    /// <summary>What each step computes, in the order of the run; without those that depend on variables alone.</summary>
    internal IReadOnlyList<StepCost> Costs => [.. steps.Select(step => step.Cost)];

    /// <summary>Fuses a graph and lays out its execution.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="options">What the plan is for; training if left out.</param>
    /// <exception cref="InsufficientMemoryException">The plan needs more memory than the options allow, or than this machine has.</exception>
    public static Plan Compile(Graph graph, PlanOptions? options = null)
    {
        options ??= new PlanOptions();
        var builder = new PlanBuilder(FusionRules.Apply(graph, options.IsInference));
        if (options.MemoryLimit is { } limit && builder.ArenaBytes > limit) builder = Recomputation.Fit(builder, limit);
        return builder.Build();
    }

    /// <summary>Where to write the value of an input before a run.</summary>
    /// <exception cref="ArgumentException">The node is not an input of this plan's graph.</exception>
    public Span<float> Input(Node input) => Find(input).Span;

    /// <summary>Has the next runs read an input where it was made; the memory may be larger than the input.</summary>
    internal void Bind(Node input, AlignedBuffer place) => Find(input).Bind(place);

    /// <summary>Whether a node is an input of this plan's graph: one that nothing depends on is not.</summary>
    public bool Has(Node input) => input.Op is InputOp op && inputs.ContainsKey(op);

    /// <summary>The value of one of the graph's outputs after a run, valid until the next.</summary>
    public ReadOnlySpan<float> Output(int index) => outputs[index];

    /// <summary>
    /// Computes the outputs and updates the variables. What depends on variables alone is computed in the first run, and again
    /// when one of these variables was written since.
    /// </summary>
    public void Run() => Run(default);

    /// <summary>Computes as <see cref="Run()"/> does and adds the time of each step to its place in <paramref name="seconds"/>.</summary>
    internal void RunTimed(Span<double> seconds) => Run(seconds);

    private void Run(Span<double> seconds)
    {
        var pool = Cpu.Pool;
        EnsureWorkers(pool.Threads);
        EnsureInputs();
        if (prologue.IsStale)
        {
            foreach (var step in prologue.Steps) Run(step, pool);
            prologue.NoteRun();
        }

        var team = pool.Threads > 1 && !teamwork.IsAlone ? pool : null;
        var runStart = Stopwatch.GetTimestamp();
        try
        {
            for (var i = 0; i < steps.Length; i++)
            {
                var start = seconds.IsEmpty ? 0 : Stopwatch.GetTimestamp();
                Run(steps[i], team);
                if (!seconds.IsEmpty) seconds[i] += Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        finally
        {
            foreach (var variable in updated) variable.CountChange();
        }

        if (pool.Threads > 1) teamwork.Note(Stopwatch.GetTimestamp() - runStart);
    }

    private void Run(PlanStep step, WorkerPool? team)
    {
        current = step;
        for (phase = 0; phase < step.Kernel.Phases; phase++)
        {
            var units = step.Kernel.Units(phase);
            if (team is not null) team.Run(this, units);
            else for (var unit = 0; unit < units; unit++) RunUnit(unit, 0);
        }
    }

    /// <summary>Computes as <see cref="Run()"/> does, on the calling thread alone, and tells the time of every unit of work.</summary>
    internal void RunUnits(UnitObserver observe)
    {
        EnsureWorkers(1);
        EnsureInputs();
        for (var i = 0; i < steps.Length; i++)
        {
            current = steps[i];
            for (phase = 0; phase < current.Kernel.Phases; phase++)
            {
                for (var unit = 0; unit < current.Kernel.Units(phase); unit++)
                {
                    var start = Stopwatch.GetTimestamp();
                    RunUnit(unit, 0);
                    observe(i, phase, unit, Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }
    }

    void IWork.Run(int unit, int worker) => RunUnit(unit, worker);

    private void RunUnit(int unit, int worker)
    {
        var scratch = workerScratchFloats == 0 ? null : workerScratch[worker].Pointer;
        fixed (nint* inputs = current.Inputs)
            current.Kernel.Run(phase, unit, new KernelBuffers((float**)inputs, (float*)current.Output, (float*)current.Scratch, scratch));
    }

    private PlanInput Find(Node input) => input.Op is InputOp op && inputs.TryGetValue(op, out var found)
        ? found
        : throw new ArgumentException($"{input} is not an input of this plan.", nameof(input));

    private void EnsureInputs()
    {
        foreach (var input in allInputs) input.EnsureBound();
    }

    private void EnsureWorkers(int workers)
    {
        if (workerScratchFloats == 0 || workerScratch.Length >= workers) return;
        workerScratch = [.. Enumerable.Range(0, workers).Select(_ => new AlignedBuffer(workerScratchFloats))];
    }
}

/// <summary>Receives the seconds that one unit of one phase of a step took.</summary>
internal delegate void UnitObserver(int step, int phase, int unit, double seconds);

/// <summary>One kernel with its places in memory, and what a profile says of it.</summary>
internal sealed record PlanStep(Kernel Kernel, nint[] Inputs, nint Output, nint Scratch, StepCost Cost);

/// <summary>The steps that depend on variables alone, and which values of the variables they were run for last.</summary>
internal sealed class PlanPrologue(PlanStep[] steps, Variable[] variables)
{
    private readonly long[] versions = new long[variables.Length];
    private bool hasRun;

    public PlanStep[] Steps => steps;

    /// <summary>Whether the steps were not run yet, or a variable that they read was written since.</summary>
    public bool IsStale
    {
        get
        {
            if (!hasRun) return steps.Length > 0;
            for (var i = 0; i < variables.Length; i++)
            {
                if (variables[i].Version != versions[i]) return true;
            }

            return false;
        }
    }

    public void NoteRun()
    {
        hasRun = true;
        for (var i = 0; i < variables.Length; i++) versions[i] = variables[i].Version;
    }
}

/// <summary>Where the outputs lie, and how many numbers each has.</summary>
internal sealed unsafe class PlanOutputs(nint[] pointers, int[] counts)
{
    public ReadOnlySpan<float> this[int index] => new((float*)pointers[index], counts[index]);
}
