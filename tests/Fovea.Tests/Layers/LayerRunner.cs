using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Layers;

/// <summary>Runs a single layer, in training or inference.</summary>
internal static class LayerRunner
{
    /// <summary>Computes the output of a layer for some samples.</summary>
    /// <param name="layer">The layer. It is built if necessary.</param>
    /// <param name="sample">The shape of one sample.</param>
    /// <param name="values">The samples.</param>
    /// <param name="training">Whether the layer runs in training.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="step">The step of training that the random numbers are for.</param>
    /// <param name="inputs">The number of inputs; all are the same samples.</param>
    public static float[] Run(Layer layer, Shape sample, float[] values, bool training = false, long seed = 0, long step = 1, int inputs = 1)
    {
        if (!layer.IsBuilt)
        {
            layer.EnsureBuilt([.. Enumerable.Repeat(sample, inputs)]);
            foreach (var weight in layer.Weights) weight.Initializer.Fill(weight.Variable.Overwrite(), weight.Variable.Shape, 7);
        }

        var input = new Node(new InputOp("input", sample.Prepend(values.Length / sample.Count)));
        var context = new CallContext(training);
        var plan = Plan.Compile(new Graph([layer.Trace([.. Enumerable.Repeat(input, inputs)], context)]));
        values.CopyTo(plan.Input(input));
        if (context.RandomKey is { } key) RandomKey.Write(seed, step, plan.Input(key));
        plan.Run();
        return plan.Output(0).ToArray();
    }

    /// <summary>Adds a layer of one output to a graph.</summary>
    public static Node Trace(this Layer layer, IReadOnlyList<Node> inputs, CallContext context) => layer.TraceAll(inputs, context).Single();

    /// <summary>Normally distributed values.</summary>
    public static float[] Normal(int count, long seed = 3)
    {
        var random = new RandomNumbers(seed);
        var values = new float[count];
        foreach (ref var value in values.AsSpan()) value = random.NextNormal();
        return values;
    }
}
