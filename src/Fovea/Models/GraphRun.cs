using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>Some nodes of a <see cref="ModelGraph"/>, ready to be computed for one input after another. One thread at a time may run it.</summary>
public sealed class GraphRun
{
    private readonly Plan plan;
    private readonly Node input;
    private readonly Node? randomKey;
    private readonly Shape[] shapes;
    private readonly ulong seed;

    internal GraphRun(Plan plan, Node input, Node? randomKey, Shape[] shapes, ulong seed)
    {
        this.plan = plan;
        this.input = input;
        this.randomKey = randomKey;
        this.shapes = shapes;
        this.seed = seed;
    }

    /// <summary>Computes the nodes.</summary>
    /// <param name="value">The model's input, of the graph's batch size.</param>
    /// <param name="step">For a graph in training: which random numbers are drawn; the same for the same step and model seed.</param>
    /// <returns>A tensor for each node, in their order.</returns>
    /// <exception cref="ShapeException">The input has another shape.</exception>
    public IReadOnlyList<Tensor> Run(Tensor value, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Shape != input.Shape) throw new ShapeException("ModelGraph", $"expected an input {input.Shape}; received {value.Shape}.");
        if (plan.Has(input)) value.Values.CopyTo(plan.Input(input));
        if (randomKey is not null && plan.Has(randomKey)) RandomKey.Write(seed, (ulong)step, plan.Input(randomKey));
        plan.Run();
        return [.. shapes.Select((shape, i) => new Tensor(shape, plan.Output(i).ToArray()))];
    }
}
