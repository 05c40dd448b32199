using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>Builds a <see cref="PlanProgram"/> from a fused graph: orders the nodes, creates kernels and lays out memory.</summary>
internal sealed class PlanBuilder
{
    /// <summary>The stages of a run, in order.</summary>
    private enum Stage
    {
        /// <summary>Values that depend on variables only.</summary>
        Prologue,

        /// <summary>All other values.</summary>
        Values,

        /// <summary>New values of variables. They come last, so that they can be written in place once every reader has seen the old values.</summary>
        Updates,

        /// <summary>New values by an <see cref="UpdateOp"/>, which can only be written in place.</summary>
        FusedUpdates,
    }

    private const long ConstantStride = 16;  // a cache line each

    private readonly Graph graph;
    private readonly HashSet<Node> invariant;
    private readonly IReadOnlyList<Node> order;
    private readonly Dictionary<Node, Kernel> kernels = [];
    private readonly Dictionary<Node, Variable> inPlace = [];
    private readonly Dictionary<Node, PlannedBuffer> buffers = [];
    private readonly Dictionary<Node, PlannedBuffer> scratch = [];
    private readonly Dictionary<Node, int> kept = [];
    private readonly Dictionary<Node, int> constants = [];
    private readonly Dictionary<PlannedBuffer, int> lentOutputs = [];
    private readonly long arenaFloats;

    /// <summary>Lays out a graph without allocating its memory.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="nodes">Its nodes in the order of the run, if it differs from the default order.</param>
    /// <param name="lendsOutputs">Whether the caller lends the memory of outputs.</param>
    public PlanBuilder(Graph graph, IReadOnlyList<Node>? nodes = null, bool lendsOutputs = false)
    {
        this.graph = graph;
        invariant = graph.FindInvariant();
        order = nodes ?? Sort(graph, invariant);
        foreach (var node in order.Where(IsComputed))
            kernels[node] = node.Op.CreateKernel([.. node.Inputs.Select(input => input.Shape)], node.Shape) ?? new ReferenceKernel(node);
        FindUpdatesInPlace();
        PlanBuffers();
        if (lendsOutputs) FindLentOutputs();
        arenaFloats = MemoryPlanner.Place([.. InArena]);
    }

    /// <summary>The graph.</summary>
    public Graph Graph => graph;

    /// <summary>All nodes in the order of the run.</summary>
    public IReadOnlyList<Node> Order => order;

    /// <summary>The nodes whose values are constant between runs; the prologue computes them.</summary>
    public HashSet<Node> Invariant => invariant;

    /// <summary>The size of the arena in bytes.</summary>
    public long ArenaBytes => sizeof(float) * arenaFloats;

    private IEnumerable<PlannedBuffer> InArena => buffers.Values.Distinct().Where(buffer => !lentOutputs.ContainsKey(buffer)).Concat(scratch.Values);

    /// <exception cref="InsufficientMemoryException">This machine has less memory than the program needs.</exception>
    public PlanProgram Build()
    {
        CheckMachine();
        var layout = new AddressLayout();
        PlanStep[] prologue = PrologueSteps(layout), steps = MainSteps(layout);
        (int, int, int)[] outputs = [.. graph.Outputs.Select(output => (layout.Add(Locate(output)), output.Shape.Count, LastStep(output, steps)))];
        return new PlanProgram(prologue, steps, layout, [.. kept.Keys], WriteConstants(), [.. InArena], arenaFloats)
        {
            Inputs = order.Select(node => node.Op).OfType<InputOp>().ToDictionary(op => op, op => op.Shape.Count),
            Outputs = outputs,
            Updated = [.. graph.Updates.Select(update => update.Variable)],
        };
    }

    /// <summary>Whether a kernel computes the node: it is neither a source nor a view of its input.</summary>
    public static bool IsComputed(Node node) => node.Op is not SourceOp && node.Op.ViewOffset is null;

    /// <summary>The node in whose memory a node's value is stored.</summary>
    public static Node Storage(Node node) => node.Op.ViewOffset is not null && !IsUpdate(node) ? Storage(node.Inputs[0]) : node;

    /// <summary>Whether a node is the new value of a variable that an <see cref="UpdateOp"/> writes in place.</summary>
    private static bool IsUpdate(Node node) => node is { Op: PartOp, Inputs: [{ Op: UpdateOp }] };

    /// <summary>Where a view begins in its storage.</summary>
    private static int Offset(Node node) => node.Op.ViewOffset is { } offset && !IsUpdate(node) ? offset + Offset(node.Inputs[0]) : 0;

    /// <summary>Orders the nodes by <see cref="Stage"/>, and within a stage as the graph does.</summary>
    private static List<Node> Sort(Graph graph, HashSet<Node> invariant)
    {
        var updates = graph.Updates.Select(update => update.Value).ToHashSet();
        var usedOtherwise = graph.Nodes.Where(node => !updates.Contains(node)).SelectMany(node => node.Inputs).Concat(graph.Outputs).ToHashSet();
        return [.. graph.Nodes.OrderBy(StageOf)];

        Stage StageOf(Node node) => invariant.Contains(node) ? Stage.Prologue
            : node.Op is UpdateOp || IsUpdate(node) ? Stage.FusedUpdates
            : updates.Contains(node) && !usedOtherwise.Contains(node) ? Stage.Updates
            : Stage.Values;
    }

    /// <summary>
    /// Finds the updates that can be written straight into their variables: an elementwise op computes them in each run (it reads each element before it
    /// writes it), and no later step reads the old value.
    /// </summary>
    private void FindUpdatesInPlace()
    {
        var lastRead = new Dictionary<Variable, int>();
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var input in order[i].Inputs.Select(Storage))
            {
                if (input.Op is VariableOp { Variable: var variable }) lastRead[variable] = i;
            }
        }

        foreach (var output in graph.Outputs.Select(Storage))
        {
            if (output.Op is VariableOp { Variable: var variable }) lastRead[variable] = int.MaxValue;
        }

        var place = order.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        foreach (var (variable, value) in graph.Updates)
        {
            if (IsUpdate(value)) inPlace.Add(value, variable);
            else if (value.Op is ElementwiseOp or FusedElementwiseOp && !invariant.Contains(value) && lastRead.GetValueOrDefault(variable, -1) <= place[value])
                inPlace.TryAdd(value, variable);
        }
    }

    private void PlanBuffers()
    {
        var end = order.Count;
        var lastReads = FindLastReads(end);
        for (var i = 0; i < order.Count; i++)
        {
            var node = order[i];
            if (node.Op is ConstantOp) constants[node] = constants.Count;
            if (!IsComputed(node) || node.Op is UpdateOp) continue;
            if (invariant.Contains(node) && lastReads.GetValueOrDefault(node) == end) kept[node] = kept.Count;
            else if (!inPlace.ContainsKey(node)) buffers[node] = Overwritten(node, i, lastReads) ?? new PlannedBuffer(node.Shape.Count, i);
            if (kernels[node].ScratchFloats > 0) scratch[node] = new PlannedBuffer(kernels[node].ScratchFloats, i);
            if (buffers.TryGetValue(node, out var buffer)) buffer.Last = Math.Max(buffer.Last, lastReads.GetValueOrDefault(node, i));
        }
    }

    /// <summary>Finds the outputs with buffers of their size that no other output shares.</summary>
    private void FindLentOutputs()
    {
        foreach (var shared in graph.Outputs.Index().Where(pair => buffers.ContainsKey(Storage(pair.Item))).ToLookup(pair => buffers[Storage(pair.Item)]))
        {
            if (shared.ToArray() is [var (index, output)] && output.Shape.Count == shared.Key.Count) lentOutputs[shared.Key] = index;
        }
    }

    /// <summary>The last step that reads each value, directly or through a view; <paramref name="end"/> for values that outlive the run.</summary>
    private Dictionary<Node, int> FindLastReads(int end)
    {
        var lastReads = new Dictionary<Node, int>();
        for (var i = 0; i < order.Count; i++)
        {
            if (!IsComputed(order[i])) continue;

            // Values of the prologue that other steps read live as long as the plan.
            foreach (var input in order[i].Inputs)
                lastReads[Storage(input)] = Math.Max(
                    lastReads.GetValueOrDefault(Storage(input)), invariant.Contains(input) && !invariant.Contains(order[i]) ? end : i);
        }

        foreach (var node in graph.Outputs.Concat(graph.Updates.Select(update => update.Value))) lastReads[Storage(node)] = end;
        return lastReads;
    }

    /// <summary>The buffer of an input that is last read by this step and that the kernel may overwrite; otherwise null.</summary>
    private PlannedBuffer? Overwritten(Node node, int step, Dictionary<Node, int> lastReads)
    {
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            var input = Storage(node.Inputs[i]);
            if (!kernels[node].CanOverwrite(i) || !IsComputed(input) || lastReads[input] != step || input.Shape.Count != node.Shape.Count) continue;
            var isReadOtherwise = Enumerable.Range(0, node.Inputs.Count)
                .Any(other => !kernels[node].CanOverwrite(other) && Storage(node.Inputs[other]) == input);
            if (!isReadOtherwise && buffers.TryGetValue(input, out var buffer)) return buffer;
        }

        return null;
    }

    /// <summary>Throws an error with sizes if the machine's memory does not suffice; a failing allocation would not state them.</summary>
    private void CheckMachine()
    {
        var variables = graph.Nodes.Select(node => node.Op).OfType<VariableOp>().Distinct().Sum(op => (long)op.Variable.Shape.Count);
        var outside = variables + kept.Keys.Sum(node => (long)node.Shape.Count);
        var (bytes, available) = (ArenaBytes + (sizeof(float) * outside), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (bytes > available)
            throw new InsufficientMemoryException(
                $"The plan needs {MemorySize.Of(bytes)} for activations, gradients and weights; this machine has {MemorySize.Of(available)}. Use smaller "
                + "batches or images, or a memory limit.");
    }

    private PlanStep[] PrologueSteps(AddressLayout layout)
    {
        var steps = new List<PlanStep>();
        var numbers = new Dictionary<Node, int>();
        foreach (var (position, node) in order.Index().Where(pair => IsComputed(pair.Item) && invariant.Contains(pair.Item)))
        {
            var read = node.Inputs.Select(Storage).Where(input => !kept.ContainsKey(input) && numbers.ContainsKey(input));
            int[] needs = [.. read.Select(input => numbers[input])];
            numbers[node] = steps.Count;
            var first = AddressesOf(node, node.Inputs, layout);
            steps.Add(new PlanStep(kernels[node], first, position, kept.GetValueOrDefault(node, -1), needs, StepCost.Of(node)));
        }

        return [.. steps];
    }

    private PlanStep[] MainSteps(AddressLayout layout)
    {
        var parts = order.Where(IsUpdate).OrderBy(part => ((PartOp)part.Op).Offset).ToLookup(part => part.Inputs[0]);
        var steps = new List<PlanStep>();
        foreach (var (position, node) in order.Index().Where(pair => IsComputed(pair.Item) && !invariant.Contains(pair.Item)))
            steps.Add(new PlanStep(kernels[node], AddressesOf(node, [.. node.Inputs, .. parts[node]], layout), position, -1, [], StepCost.Of(node)));

        foreach (var (variable, value) in graph.Updates)
        {
            if (inPlace.TryGetValue(value, out var target) && target == variable) continue;
            var first = layout.Add(new Operand(new Source.OfVariable(variable), 0), null, Locate(value));
            var cost = new StepCost($"Copy {variable.Shape}", 0, 8L * variable.Shape.Count);
            steps.Add(new PlanStep(new CopyKernel(variable.Shape.Count), first, order.Count, -1, [], cost));
        }

        return [.. steps];
    }

    /// <summary>The last of the main steps that writes an output; −1 if none does.</summary>
    private int LastStep(Node output, PlanStep[] steps)
    {
        var storage = Storage(output);
        if (storage.Op is VariableOp { Variable: var variable })
            return graph.Updates.Any(update => update.Variable == variable) ? steps.Length - 1 : -1;
        if (!IsComputed(storage) || invariant.Contains(storage)) return -1;
        return Array.FindIndex(steps, step => step.Position < order.Count && order[step.Position] == storage);
    }

    /// <summary>Adds the addresses of a step: the output, the scratch, the inputs.</summary>
    private int AddressesOf(Node node, IReadOnlyList<Node> inputs, AddressLayout layout)
    {
        Operand? output = node.Op is UpdateOp ? null : Locate(node);
        Operand? place = scratch.TryGetValue(node, out var buffer) ? new Operand(Source.Arena.Instance, buffer.Offset) : null;
        return layout.Add([output, place, .. inputs.Select(input => (Operand?)Locate(input))]);
    }

    /// <summary>The source and offset of a value.</summary>
    private Operand Locate(Node node)
    {
        var storage = Storage(node);
        var (source, start) = storage.Op switch
        {
            InputOp op => (new Source.Input(op), 0L),
            VariableOp { Variable: var variable } => (new Source.OfVariable(variable), 0L),
            ConstantOp => (Source.Constants.Instance, ConstantStride * constants[storage]),
            _ when inPlace.TryGetValue(storage, out var target) => (new Source.OfVariable(target), 0L),
            _ when kept.TryGetValue(storage, out var index) => (new Source.Cached(index), 0L),
            _ when lentOutputs.TryGetValue(buffers[storage], out var index) => (new Source.LentOutput(index), 0L),
            _ => ((Source)Source.Arena.Instance, buffers[storage].Offset),
        };
        return new Operand(source, start + Offset(node));
    }

    private AlignedBuffer WriteConstants()
    {
        var written = new AlignedBuffer(ConstantStride * constants.Count);
        foreach (var (node, index) in constants) written.Slice(ConstantStride * index, node.Shape.Count).Fill(((ConstantOp)node.Op).Value);
        return written;
    }
}
