using System.Diagnostics;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Planning;

/// <summary>
/// A graph compiled for execution: kernels in order, and one arena laid out once. A run allocates nothing and uses the threads of <see cref="Cpu"/>.
/// </summary>
/// <remarks>
/// A plan serves one thread at a time: set its inputs, run it and read its outputs before another thread does. <see cref="Run()"/> throws if the plan is
/// already running. Several plans can run concurrently, also with the same variables.
/// </remarks>
public sealed class Plan : IWork
{
    private readonly PlanProgram program;
    private readonly PlanMemory memory;
    private readonly ValueCache store;
    private readonly CachedValue[] cached;
    private readonly AlignedBuffer?[] boundBuffers;
    private readonly AlignedBuffer.Addresses addresses;
    private readonly Dictionary<InputOp, PlanInput> inputs;
    private readonly PlanInput[] allInputs;
    private readonly ThreadTuning tuning = new();
    private readonly PlanAudit? audit = PlanAudit.Current;
    private PlanStep current = null!;
    private WorkerPool? prologueWorkers;
    private int phase;
    private int isRunning;
    private int outputsToLend;

    /// <param name="program">The program to run.</param>
    /// <param name="memory">The memory; plans that share it must not run at the same time.</param>
    /// <param name="store">The cache of values that depend on variables only.</param>
    internal Plan(PlanProgram program, PlanMemory memory, ValueCache store)
    {
        (this.program, this.memory, this.store) = (program, memory, store);
        addresses = new AlignedBuffer.Addresses(program.AddressCount);
        foreach (var variable in program.Variables) Bind(new Source.OfVariable(variable), variable.Buffer);
        Bind(Source.Constants.Instance, program.Constants);
        inputs = program.Inputs.ToDictionary(
            pair => pair.Key, pair => new PlanInput(addresses, program.UsesOf(new Source.Input(pair.Key)).ToArray(), pair.Value));
        allInputs = [.. inputs.Values];
        outputsToLend = program.LentOutputs;
        memory.Attach(this);
        cached = store.Take(program.CachedNodes);
        boundBuffers = new AlignedBuffer?[cached.Length];
    }

    /// <summary>
    /// The size of the arena in floats: activations, gradients and scratch. It does not include variables, values computed from variables only, inputs and
    /// per-thread scratch.
    /// </summary>
    public long ArenaFloats => program.ArenaFloats;

    /// <summary>The cost of each step in the order of the run, without the prologue.</summary>
    internal IReadOnlyList<StepCost> Costs => [.. program.Steps.Select(step => step.Cost)];

    /// <summary>Fuses a graph and plans its execution. Any thread may call it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">The options; by default the plan is for training.</param>
    /// <exception cref="InsufficientMemoryException">The plan needs more memory than the options allow or this machine has.</exception>
    public static Plan Compile(Graph graph, PlanOptions? options = null) => new(PlanProgram.Compile(graph, options), new PlanMemory(), new ValueCache());

    /// <summary>The memory of an input, to be written before a run and not while the plan runs.</summary>
    /// <exception cref="ArgumentException">The node is not an input of this plan's graph.</exception>
    public Span<float> Input(Node input) => Find(input).Span;

    /// <summary>Makes the next runs read an input from the given memory, which may be larger than the input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="place">The memory.</param>
    /// <param name="offset">The element of the memory at which the input begins.</param>
    internal void Bind(Node input, AlignedBuffer place, long offset = 0) => Find(input).Bind(place, offset);

    /// <summary>
    /// Makes the next run read an input from an array of the caller, until <see cref="EndLending"/>. The caller must not change it meanwhile.
    /// </summary>
    internal void Lend(Node input, float[] array) => Find(input).Lend(array);

    /// <summary>
    /// Makes the next run write an output into an array of the caller, until <see cref="EndLending"/>. No input may be lent from the same array.
    /// </summary>
    /// <returns>False if the plan keeps the output in its own memory: <see cref="Output"/>.</returns>
    /// <exception cref="ArgumentException">The array is too small.</exception>
    internal bool TryLendOutput(int index, float[] array)
    {
        var uses = program.UsesOf(new Source.LentOutput(index));
        if (array.Length < program.Outputs[index].Count) throw new ArgumentException("The array is smaller than the output.", nameof(array));
        foreach (var (address, offset) in uses) addresses.Lend(address, array, offset);
        if (uses.Length > 0) outputsToLend--;
        return uses.Length > 0;
    }

    /// <summary>Clears all addresses in arrays of the caller.</summary>
    internal void EndLending()
    {
        addresses.Return();
        foreach (var input in allInputs) input.EndLending();
        outputsToLend = program.LentOutputs;
    }

    /// <summary>Whether a node is an input of this plan's graph. An input that no output depends on is not. Any thread may call it.</summary>
    public bool Has(Node input) => input.Op is InputOp op && inputs.ContainsKey(op);

    /// <summary>The value of one of the graph's outputs, valid until the next run.</summary>
    public ReadOnlySpan<float> Output(int index) => addresses.Span(program.Outputs[index].Address, program.Outputs[index].Count);

    /// <summary>
    /// The step of a run after which the value of an output does not change any more; −1 if it is there before the first step. Steps are counted as in
    /// <see cref="Costs"/>.
    /// </summary>
    internal int LastStepOf(int output) => program.Outputs[output].LastStep;

    /// <summary>
    /// Computes the outputs and updates the variables. Values that depend on variables only are computed in the first run, and again after one of these
    /// variables was written.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another thread is running the plan.</exception>
    public void Run() => RunSteps(default, null);

    /// <summary>Like <see cref="Run()"/> on the calling thread only, for callers that run several plans at a time.</summary>
    internal void RunAlone()
    {
        Begin(null);
        try
        {
            foreach (var step in program.Steps) Run(step, workers: null);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Like <see cref="Run()"/>; adds the time of each step to its element of <paramref name="seconds"/>.</summary>
    internal void RunTimed(Span<double> seconds) => RunSteps(seconds, null);

    /// <summary>Like <see cref="Run()"/>; reports each step to an observer, so that outputs can be used while the run goes on.</summary>
    internal void Run(IStepObserver observer) => RunSteps(default, observer);

    /// <summary>Like <see cref="Run()"/> on the calling thread only; reports the time of every unit.</summary>
    internal void RunUnits(UnitObserver observe)
    {
        Begin(null);
        try
        {
            for (var i = 0; i < program.Steps.Length; i++)
            {
                current = program.Steps[i];
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
        finally
        {
            End();
        }
    }

    void IWork.Run(int unit, int worker) => RunUnit(unit, worker);

    /// <summary>Points the addresses into an arena that is large enough.</summary>
    internal void EnterArena(AlignedBuffer arena) => Bind(Source.Arena.Instance, arena);

    /// <summary>Releases the arena.</summary>
    internal void LeaveArena()
    {
        foreach (var (address, _) in program.UsesOf(Source.Arena.Instance)) addresses.Clear(address);
    }

    /// <summary>Releases shared memory and values. The plan must not run again.</summary>
    internal void Retire()
    {
        memory.Detach(this);
        store.Release(cached);
    }

    /// <summary>Points the addresses to the present memory of cached values.</summary>
    internal void BindCached()
    {
        for (var i = 0; i < cached.Length; i++)
        {
            if (cached[i].Buffer is not { } place || boundBuffers[i] == place) continue;
            Bind(new Source.Cached(i), place);
            boundBuffers[i] = place;
        }
    }

    /// <summary>Runs the steps of the prologue that outdated values depend on.</summary>
    internal void RunPrologue()
    {
        var steps = program.Prologue;
        var isNeeded = new bool[steps.Length];
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            isNeeded[i] |= steps[i].Cached >= 0 && !cached[steps[i].Cached].IsComputed;
            if (!isNeeded[i]) continue;
            foreach (var needed in steps[i].Needs) isNeeded[needed] = true;
        }

        for (var i = 0; i < steps.Length; i++)
        {
            if (isNeeded[i]) Run(steps[i], prologueWorkers);
        }
    }

    private void RunSteps(Span<double> seconds, IStepObserver? observer)
    {
        var pool = Cpu.Pool;
        Begin(pool);
        var runStart = Stopwatch.GetTimestamp();
        var helpers = pool.Partition.Enter(runStart);
        try
        {
            var workers = tuning.IsSingleThreaded ? null : helpers;
            var steps = program.Steps;
            for (var i = 0; i < steps.Length; i++)
            {
                var start = seconds.IsEmpty ? 0 : Stopwatch.GetTimestamp();
                Run(steps[i], workers);
                if (!seconds.IsEmpty) seconds[i] += Stopwatch.GetElapsedTime(start).TotalSeconds;
                observer?.AfterStep(i);
            }

            if (helpers == pool) tuning.Note(Stopwatch.GetTimestamp() - runStart);
        }
        finally
        {
            pool.Partition.Leave(helpers);
            End();
        }
    }

    private void Run(PlanStep step, WorkerPool? workers)
    {
        current = step;
        for (phase = 0; phase < step.Kernel.Phases; phase++)
        {
            var units = step.Kernel.Units(phase);
            if (workers is not null) workers.Run(this, units);
            else for (var unit = 0; unit < units; unit++) RunUnit(unit, 0);
        }

        audit?.After(step, program, memory);
    }

    private void RunUnit(int unit, int worker) => addresses.Run(current.Kernel, current.FirstAddress, phase, unit, memory.Workers, worker);

    private void Begin(WorkerPool? pool)
    {
        if (Interlocked.Exchange(ref isRunning, 1) != 0)
            throw new InvalidOperationException("Plan: another thread is running this plan. Compile a plan for each thread, or have the threads take turns.");
        try
        {
            if (outputsToLend > 0) throw new InvalidOperationException("Plan: no array was lent for an output.");
            prologueWorkers = pool;
            memory.EnsureWorkers(pool?.Threads ?? 1, program.WorkerScratchFloats);
            if (audit is not null) PlanAudit.Begin(memory);
            foreach (var input in allInputs) input.BeginRun();
            if (cached.Length > 0) store.Enter(this, cached);
        }
        catch
        {
            Volatile.Write(ref isRunning, 0);
            throw;
        }
    }

    private void End()
    {
        foreach (var variable in program.Updated) variable.CountChange();
        if (cached.Length > 0) store.Leave();
        Volatile.Write(ref isRunning, 0);
    }

    private void Bind(Source source, AlignedBuffer buffer)
    {
        foreach (var (address, offset) in program.UsesOf(source)) addresses.Set(address, buffer, offset);
    }

    private PlanInput Find(Node input) => input.Op is InputOp op && inputs.TryGetValue(op, out var found)
        ? found
        : throw new ArgumentException($"{input} is not an input of this plan.", nameof(input));
}

/// <summary>Is called during a run, on the thread that runs the plan.</summary>
internal interface IStepObserver
{
    /// <summary>A step is complete. Outputs whose last step it is may be read until the next run. The next step begins when the call returns.</summary>
    void AfterStep(int step);
}

/// <summary>Receives the time of one unit of a phase of a step, in seconds.</summary>
internal delegate void UnitObserver(int step, int phase, int unit, double seconds);
