using Fovea.Engine;
using Fovea.Engine.Planning;

namespace Fovea.Explain;

/// <summary>
/// Nodes of a <see cref="ModelGraph"/>, compiled to be computed for one input after another. One thread at a time may run it; a second is refused. Each run
/// sees the weights as they are between two steps of training.
/// </summary>
public sealed class GraphRun
{
    private readonly CompiledModel compiled;
    private readonly Node[] inputs;
    private readonly Shape[] shapes;
    private readonly Model model;
    private int isRunning;

    internal GraphRun(Node[] nodes, Node[] inputs, Node? randomKey, Model model)
    {
        compiled = new CompiledModel(Plan.Compile(new Graph(nodes)), inputs, randomKey);
        this.inputs = inputs;
        this.model = model;
        shapes = [.. nodes.Select(node => node.Shape)];
    }

    /// <summary>Computes the nodes.</summary>
    /// <param name="input">The model's (first) input, of the graph's batch size.</param>
    /// <param name="step">For a graph in training: selects the random values. The same step and the same seed of the model give the same values.</param>
    /// <param name="furtherInputs">The model's other inputs, then the further inputs that the run was compiled with, in their order.</param>
    /// <returns>A tensor for each node, in their order.</returns>
    /// <exception cref="ShapeException">There are more or fewer inputs, or one has another shape.</exception>
    /// <exception cref="InvalidOperationException">Another thread is running this.</exception>
    public IReadOnlyList<Tensor> Run(Tensor input, long step = 0, params Tensor[] furtherInputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(furtherInputs);
        if (furtherInputs.Length != inputs.Length - 1)
            throw new ShapeException("ModelGraph", $"expected {inputs.Length} inputs; received {furtherInputs.Length + 1}.");
        foreach (var (node, value) in inputs.Zip([input, .. furtherInputs]))
        {
            if (value.Shape != node.Shape) throw new ShapeException("ModelGraph", $"expected an input {node.Shape}; received {value.Shape}.");
        }

        if (Interlocked.Exchange(ref isRunning, 1) != 0)
            throw new InvalidOperationException(
                "GraphRun: another thread is running this. Compile a run for each thread (ModelGraph.Compile), or have the threads take turns.");
        try
        {
            return Compute([input, .. furtherInputs], step);
        }
        finally
        {
            Volatile.Write(ref isRunning, 0);
        }
    }

    private Tensor[] Compute(IReadOnlyList<Tensor> values, long step)
    {
        for (var i = 0; i < values.Count; i++) compiled.Write(i, values[i].Values);
        compiled.WriteRandomKey(model.Seed, step);
        using var pass = model.ReadWeights();
        compiled.Run();
        return [.. shapes.Select((shape, i) => new Tensor(shape, compiled.Output(i).ToArray()))];
    }
}
