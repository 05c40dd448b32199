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
            for (var i = 0; i < inputs.Count; i++)
            {
                if (compiled.Plan.Has(compiled.Inputs[i])) inputs[i].Values.CopyTo(compiled.Plan.Input(compiled.Inputs[i]));
            }

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
            compiled.Plan.Run();
            if (into is not null)
            {
                compiled.Plan.Output(0).CopyTo(into.Values);
                return [into];
            }

            return [.. compiled.Outputs.Select((shape, i) => new Tensor(shape, Copy(compiled.Plan.Output(i))))];
        }
    }

    /// <summary>Demands that a tensor has the shape of the only output.</summary>
    public static void RequireShape(Layer layer, Tensor tensor, params Shape[] outputs)
    {
        if (outputs is not [var shape]) throw new InvalidOperationException($"{layer.Subject}: the model has several outputs; ApplyForAll gives them all.");
        if (tensor.Shape != shape)
            throw new ShapeException(layer.Subject, $"expected a tensor of the output's shape, {shape}, to write into; received {tensor.Shape}.");
    }

    /// <summary>A copy, whose memory is not cleared first.</summary>
    private static float[] Copy(ReadOnlySpan<float> values)
    {
        var copy = GC.AllocateUninitializedArray<float>(values.Length);
        values.CopyTo(copy);
        return copy;
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
        var program = PlanProgram.Compile(new Graph(outputs, context.Updates), new PlanOptions { IsInference = context.Updates.Count == 0 });
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
