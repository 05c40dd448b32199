using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>A layer compiled to be applied to tensors: a plan for each of the last shapes. Callers take turns.</summary>
/// <param name="layer">The layer.</param>
/// <param name="trace">Adds the layer to a graph.</param>
internal sealed class LayerApplication(Layer layer, Func<IReadOnlyList<Node>, CallContext, IReadOnlyList<Node>> trace)
{
    /// <summary>The number of plans that are kept.</summary>
    private const int MaxPlans = 16;

    private readonly Lock gate = new();
    private readonly RecentlyUsed<ShapesKey, Compiled> plans = new(MaxPlans);
    private readonly ValueCache store = new();
    private readonly PlanMemory memory = new();
    private Layer[] leaves = [];
    private WeightLock[] locks = [];
    private long calls;

    private bool IsLending => layer is ImageAugmentation;

    /// <summary>Computes the outputs.</summary>
    /// <param name="inputs">The inputs, with the batch.</param>
    /// <param name="training">Whether the layer acts as in training.</param>
    /// <param name="seed">Selects the random values; null for new ones.</param>
    /// <param name="into">Receives the only output; null for new tensors.</param>
    public Tensor[] Run(IReadOnlyList<Tensor> inputs, bool training, long? seed, Tensor? into = null)
    {
        lock (gate)
        {
            var compiled = Find(new ShapesKey([.. inputs.Select(input => input.Shape)], training));
            if (into is not null) RequireShape(layer, into, compiled.Outputs);
            if (compiled.RandomKey is { } key)
            {
                if (seed is { } given) RandomKey.Write(given, 0, compiled.Plan.Input(key));
                else RandomKey.Write(layer.InitialSeed, ++calls, compiled.Plan.Input(key));
            }

            if (compiled.Writes)
            {
                foreach (var each in locks) each.RequireIdle(nameof(Layer.Apply));
            }

            using var pass = WeightLock.Enter(locks, compiled.Writes);
            Tensor[] outputs = into is not null
                ? [into]
                : [.. compiled.Outputs.Select(shape => new Tensor(shape, GC.AllocateUninitializedArray<float>(shape.Count)))];
            Run(compiled, inputs, outputs);
            return outputs;
        }
    }

    /// <summary>
    /// Runs a plan. An augmentation reads the caller's inputs and writes into the outputs: copies of images would take longer than a flip. The plans of other
    /// layers copy both.
    /// </summary>
    private static void Run(Compiled compiled, IReadOnlyList<Tensor> inputs, Tensor[] outputs)
    {
        var plan = compiled.Plan;
        try
        {
            var isLent = outputs.Select((output, i) => plan.TryLendOutput(i, output.Values)).ToArray();
            for (var i = 0; i < inputs.Count; i++)
            {
                var (input, values) = (compiled.Inputs[i], inputs[i].Values);
                if (!plan.Has(input)) continue;
                if (!isLent.Contains(false) && !outputs.Any(output => output.Values == values)) plan.Lend(input, values);
                else values.CopyTo(plan.Input(input));
            }

            plan.Run();
            for (var i = 0; i < outputs.Length; i++)
            {
                if (!isLent[i]) plan.Output(i).CopyTo(outputs[i].Values);
            }
        }
        finally
        {
            plan.EndLending();
        }
    }

    /// <summary>Demands that a tensor has the shape of the only output.</summary>
    public static void RequireShape(Layer layer, Tensor tensor, params Shape[] outputs)
    {
        if (outputs is not [var shape]) throw new InvalidOperationException($"{layer.Subject}: the model has several outputs; ApplyForAll gives them all.");
        if (tensor.Shape != shape)
            throw new ShapeException(layer.Subject, $"expected a tensor of the output's shape, {shape}, to write into; received {tensor.Shape}.");
    }

    private Compiled Find(ShapesKey key)
    {
        if (!leaves.SequenceEqual(layer.IsBuilt ? layer.Leaves : [])) Renew();  // layers were added to a model
        if (plans.TryGet(key, out var compiled))
        {
            if (compiled.Frozen.AsSpan().SequenceEqual(Frozen())) return compiled;
            Renew();
        }

        layer.EnsureReady([.. key.Shapes.Take(layer is ImageAugmentation ? 1 : key.Shapes.Length).Select(shape => shape[1..])]);
        (leaves, locks) = ([.. layer.Leaves], WeightLock.Of([.. layer.Leaves]));
        compiled = Compile(key);
        plans.Add(key, compiled)?.Plan.Retire();
        return compiled;
    }

    private void Renew()
    {
        foreach (var plan in plans.Values) plan.Plan.Retire();
        plans.Clear();
    }

    private Compiled Compile(ShapesKey key)
    {
        var context = new CallContext(key.Training);
        Node[] inputs = [.. key.Shapes.Select((shape, i) => new Node(new InputOp($"input {i}", shape)))];
        var outputs = trace(inputs, context);
        var options = new PlanOptions { IsInference = context.Updates.Count == 0, LendsOutputs = IsLending };
        var program = PlanProgram.Compile(new Graph(outputs, context.Updates), options);
        return new Compiled(new Plan(program, memory, store), inputs, context.RandomKey, [.. outputs.Select(node => node.Shape)], Frozen())
        {
            Writes = context.Updates.Count > 0,
        };
    }

    /// <summary>Which layers are frozen: frozen batch normalizations act as in inference.</summary>
    private bool[] Frozen() => [.. leaves.Select(leaf => !leaf.Trainable)];

    /// <param name="Plan">The plan.</param>
    /// <param name="Inputs">The inputs; the plan lacks those that no output depends on.</param>
    /// <param name="RandomKey">The seed and the step of random ops; null where there are none.</param>
    /// <param name="Outputs">The shapes of the outputs.</param>
    /// <param name="Frozen">Which layers were frozen.</param>
    private sealed record Compiled(Plan Plan, Node[] Inputs, Node? RandomKey, Shape[] Outputs, bool[] Frozen)
    {
        /// <summary>Whether a run changes moving averages.</summary>
        public bool Writes { get; init; }
    }
}
