using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Training;

/// <summary>An optimizer alone on some weights, with any gradients: the compiled plan of its updates, as training runs it.</summary>
internal sealed class OptimizerRun
{
    private readonly List<TrainedWeight> weights = [];
    private readonly List<Node> gradients = [];
    private readonly WeightUpdates updates;
    private readonly Plan plan;
    private readonly Optimizer optimizer;

    /// <param name="optimizer">The optimizer.</param>
    /// <param name="weights">The weights by their layer's and their own name, as in <c>dense/kernel</c>, with their first values.</param>
    public OptimizerRun(Optimizer optimizer, params ReadOnlySpan<(string Name, float[] Start)> weights)
    {
        this.optimizer = optimizer;
        foreach (var (name, start) in weights)
        {
            var variable = new Variable(name.Split('/')[^1], [start.Length]);
            variable.Write(start);
            this.weights.Add(TrainedWeight.Of(optimizer, new Flatten { Name = name.Split('/')[0] }, new Weight(variable, Initializer.Zeros, Trainable: true)));
            gradients.Add(new Node(new InputOp(name, variable.Shape)));
        }

        updates = new WeightUpdates(optimizer, variable => new Node(new VariableOp(variable)));
        Graph = new Graph([], [.. updates.Of(this.weights, gradients)]);
        plan = Plan.Compile(Graph);
    }

    /// <summary>One weight named <c>layer/weight</c>.</summary>
    public OptimizerRun(Optimizer optimizer, params float[] start)
        : this(optimizer, [("layer/weight", start)])
    {
    }

    public Graph Graph { get; }

    public IReadOnlyList<TrainedWeight> Weights => weights;

    public float[] Value => weights[0].Variable.Values.ToArray();

    /// <summary>All weights behind each other.</summary>
    public double[] Values => [.. weights.SelectMany(weight => weight.Variable.Values.ToArray()).Select(value => (double)value)];

    /// <summary>Their moving averages behind each other.</summary>
    public double[] Averages => [.. weights.SelectMany(weight => weight.Average!.Values.ToArray()).Select(value => (double)value)];

    /// <summary>One batch with these gradients, one array for each weight.</summary>
    public void Step(params float[][] values)
    {
        for (var i = 0; i < values.Length; i++) values[i].CopyTo(plan.Input(gradients[i]));
        updates.Prepare(plan, optimizer.Iterations++);
        plan.Run();
    }
}
