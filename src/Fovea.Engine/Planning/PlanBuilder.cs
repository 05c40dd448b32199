using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>Turns a fused graph into a <see cref="Plan"/>: orders it, chooses kernels, lays out memory, binds pointers.</summary>
internal sealed unsafe class PlanBuilder
{
    private readonly Graph graph;
    private readonly HashSet<Node> steady;
    private readonly List<Node> order;
    private readonly Dictionary<Node, Kernel> kernels = [];
    private readonly Dictionary<Node, Variable> inPlace = [];
    private readonly Dictionary<Node, PlannedBuffer> buffers = [];
    private readonly Dictionary<Node, PlannedBuffer> scratch = [];

    public PlanBuilder(Graph graph)
    {
        this.graph = graph;
        steady = graph.FindSteady();
        order = Order(graph, steady);
    }

    public Plan Build()
    {
        foreach (var node in order.Where(IsComputed))
            kernels[node] = node.Op.CreateKernel([.. node.Inputs.Select(input => input.Shape)], node.Shape) ?? new ReferenceKernel(node);
        FindUpdatesInPlace();
        PlanBuffers();
        var size = MemoryPlanner.Place([.. buffers.Values.Distinct(), .. scratch.Values]);
        if (size > int.MaxValue - 64) throw new InvalidOperationException($"The plan needs {size * 4 / 1_000_000} MB for activations; at most 8,000 MB are possible. Use smaller batches or images.");
        return Bind(new AlignedBuffer((int)size));
    }

    /// <summary>Whether a node has a value of its own that a kernel computes: not a source, and not another view of its input.</summary>
    private static bool IsComputed(Node node) => node.Op is not (SourceOp or ReshapeOp or PartOp);

    /// <summary>The node in whose memory a node's value lies.</summary>
    private static Node Storage(Node node) => node.Op is ReshapeOp or PartOp && !IsUpdate(node) ? Storage(node.Inputs[0]) : node;

    /// <summary>Whether a node is the new value of a variable that an <see cref="UpdateOp"/> writes in its place.</summary>
    private static bool IsUpdate(Node node) => node is { Op: PartOp, Inputs: [{ Op: UpdateOp }] };

    /// <summary>Where a view begins in its storage.</summary>
    private static int Offset(Node node) => node.Op switch
    {
        PartOp part when !IsUpdate(node) => part.Offset + Offset(node.Inputs[0]),
        ReshapeOp => Offset(node.Inputs[0]),
        _ => 0,
    };

    /// <summary>
    /// What depends on variables alone comes first: the prologue. New values of variables come last, so that they can be written in
    /// place once everything has read the old ones, and behind all others those of an <see cref="UpdateOp"/>, which are never written elsewhere.
    /// </summary>
    private static List<Node> Order(Graph graph, HashSet<Node> steady)
    {
        var updates = graph.Updates.Select(update => update.Value).ToHashSet();
        var usedOtherwise = graph.Nodes.Where(node => !updates.Contains(node)).SelectMany(node => node.Inputs).Concat(graph.Outputs).ToHashSet();
        return [.. graph.Nodes.OrderBy(node => steady.Contains(node) ? 0 : node.Op is UpdateOp || IsUpdate(node) ? 3 : updates.Contains(node) && !usedOtherwise.Contains(node) ? 2 : 1)];
    }

    /// <summary>
    /// An update is written straight into its variable when an elementwise op computes it (which reads each element before it writes
    /// it), at each run, and no later step reads the old value.
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

        foreach (var (variable, value) in graph.Updates)
        {
            if (IsUpdate(value)) inPlace.Add(value, variable);
            else if (value.Op is ElementwiseOp or FusedElementwiseOp && !steady.Contains(value) && lastRead.GetValueOrDefault(variable, -1) <= order.IndexOf(value)) inPlace.TryAdd(value, variable);
        }
    }

    private void PlanBuffers()
    {
        var end = order.Count;
        var lastReads = FindLastReads(end);
        for (var i = 0; i < order.Count; i++)
        {
            var node = order[i];
            if (node.Op is ConstantOp) buffers[node] = new PlannedBuffer(node.Shape.Count, 0) { Last = end };
            if (!IsComputed(node) || node.Op is UpdateOp) continue;
            if (!inPlace.ContainsKey(node)) buffers[node] = Overwritten(node, i, lastReads) ?? new PlannedBuffer(node.Shape.Count, i);
            if (kernels[node].ScratchFloats > 0) scratch[node] = new PlannedBuffer(kernels[node].ScratchFloats, i);
            if (buffers.TryGetValue(node, out var buffer)) buffer.Last = Math.Max(buffer.Last, lastReads.GetValueOrDefault(node, i));
        }
    }

    /// <summary>The step that reads each value last, through any view of it; <paramref name="end"/> for what outlives the run.</summary>
    private Dictionary<Node, int> FindLastReads(int end)
    {
        var lastReads = new Dictionary<Node, int>();
        for (var i = 0; i < order.Count; i++)
        {
            if (!IsComputed(order[i])) continue;

            // What the prologue leaves to the other steps lives as long as the plan.
            foreach (var input in order[i].Inputs)
                lastReads[Storage(input)] = Math.Max(lastReads.GetValueOrDefault(Storage(input)), steady.Contains(input) && !steady.Contains(order[i]) ? end : i);
        }

        foreach (var node in graph.Outputs.Concat(graph.Updates.Select(update => update.Value))) lastReads[Storage(node)] = end;
        return lastReads;
    }

    /// <summary>The buffer of an input that ends with this step and that the kernel may write over, or null.</summary>
    private PlannedBuffer? Overwritten(Node node, int step, Dictionary<Node, int> lastReads)
    {
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            var input = Storage(node.Inputs[i]);
            if (!kernels[node].CanOverwrite(i) || !IsComputed(input) || lastReads[input] != step || input.Shape.Count != node.Shape.Count) continue;
            var isReadOtherwise = Enumerable.Range(0, node.Inputs.Count).Any(other => !kernels[node].CanOverwrite(other) && Storage(node.Inputs[other]) == input);
            if (!isReadOtherwise && buffers.TryGetValue(input, out var buffer)) return buffer;
        }

        return null;
    }

    private Plan Bind(AlignedBuffer arena)
    {
        var inputs = order.Where(node => node.Op is InputOp).ToDictionary(node => (InputOp)node.Op, node => new PlanInput(node.Shape.Count));
        foreach (var node in order)
        {
            if (node.Op is ConstantOp constant) new Span<float>((float*)Locate(node, arena), node.Shape.Count).Fill(constant.Value);
        }

        nint[] Pointers(IReadOnlyList<Node> nodes)
        {
            var pointers = new nint[nodes.Count];
            for (var i = 0; i < pointers.Length; i++)
            {
                var storage = Storage(nodes[i]);
                if (storage.Op is InputOp op) inputs[op].AddUse(pointers, i, Offset(nodes[i]));
                else pointers[i] = Locate(storage, arena) + (Offset(nodes[i]) * sizeof(float));
            }

            return pointers;
        }

        var parts = order.Where(IsUpdate).OrderBy(part => ((PartOp)part.Op).Offset).ToLookup(part => part.Inputs[0]);
        List<PlanStep> prologue = [], steps = [];
        foreach (var node in order.Where(IsComputed))
        {
            var place = scratch.TryGetValue(node, out var buffer) ? (nint)(arena.Pointer + buffer.Offset) : 0;
            var output = node.Op is UpdateOp ? 0 : Locate(node, arena);
            (steady.Contains(node) ? prologue : steps).Add(new PlanStep(kernels[node], Pointers([.. node.Inputs, .. parts[node]]), output, place, StepCost.Of(node)));
        }

        foreach (var (variable, value) in graph.Updates)
        {
            if (!inPlace.TryGetValue(value, out var target) || target != variable)
                steps.Add(new PlanStep(new CopyKernel(variable.Shape.Count), Pointers([value]), (nint)variable.Pointer, 0, new StepCost($"Copy {variable.Shape}", 0, 8L * variable.Shape.Count)));
        }

        var read = order.Where(node => IsComputed(node) && steady.Contains(node)).SelectMany(node => node.Inputs).Select(Storage).Select(node => node.Op).OfType<VariableOp>();
        return new Plan(
            new PlanPrologue([.. prologue], [.. read.Select(op => op.Variable).Distinct()]), [.. steps], [.. graph.Updates.Select(update => update.Variable)],
            arena, inputs, new PlanOutputs(Pointers(graph.Outputs), [.. graph.Outputs.Select(output => output.Shape.Count)]));
    }

    private nint Locate(Node node, AlignedBuffer arena) => node.Op is VariableOp { Variable: var variable } ? (nint)variable.Pointer
        : inPlace.TryGetValue(node, out var target) ? (nint)target.Pointer
        : (nint)(arena.Pointer + buffers[node].Offset);
}
