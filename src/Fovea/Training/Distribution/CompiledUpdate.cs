using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>
/// The optimizer's step on all weights, from the sum of what the shards of a batch have computed. It does not depend on the size of the batch.
/// </summary>
internal sealed class CompiledUpdate
{
    private readonly Plan plan;
    private readonly WeightUpdates weightUpdates;
    private readonly Node sum;

    /// <param name="optimizer">The formula of the new weights.</param>
    /// <param name="weights">The weights that are trained.</param>
    /// <param name="vector">Where their gradients are in the sum.</param>
    /// <param name="memory">The arena.</param>
    /// <param name="store">Keeps values that depend only on weights that are not trained.</param>
    public CompiledUpdate(Optimizer optimizer, IReadOnlyList<TrainedWeight> weights, StepVector vector, PlanMemory memory, ValueCache store)
    {
        sum = new Node(new InputOp("sum over the shards", [vector.Length]));
        var gradients = weights.Select((weight, i) => Part(vector.StartOfGradient(i), weight.Variable)).ToList();
        var averages = vector.Averages.Select((variable, i) => new Update(variable, Part(vector.StartOfAverage(i), variable)));
        weightUpdates = new WeightUpdates(optimizer, new CallContext(training: true).Read);
        plan = new Plan(PlanProgram.Compile(new Graph([], [.. averages, .. weightUpdates.Of(weights, gradients)]), options: null), memory, store);
    }

    /// <summary>Computes the new weights.</summary>
    /// <param name="values">The sum, of the vector's length.</param>
    /// <param name="step">The number of batches that were trained on before.</param>
    public void Run(AlignedBuffer values, long step)
    {
        if (plan.Has(sum)) plan.Bind(sum, values);
        weightUpdates.Prepare(plan, step);
        plan.Run();
    }

    /// <summary>Returns what it shares with other plans. It is not run again.</summary>
    public void Retire() => plan.Retire();

    private Node Part(int start, Variable variable) => new(new PartOp(start, variable.Shape), sum);
}
