using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Planning;

namespace Fovea;

/// <content>A shard of a batch: its gradients are outputs, since they are added to those of the other shards before the optimizer's step.</content>
internal sealed partial class CompiledObjectives
{
    private ShardOfBatch? shard;

    /// <summary>Where the results of a shard are in the vector that is added up; null if the plan is not that of a shard.</summary>
    public StepVector? Vector { get; private init; }

    /// <summary>The multiply-adds of a run.</summary>
    public long MultiplyAdds { get; private init; }

    /// <summary>Compiles a shard of a batch: the losses, their gradients and the new values of moving averages.</summary>
    /// <param name="topology">The layers of the model, connected for the size of the images after the augmentation.</param>
    /// <param name="objectives">The losses.</param>
    /// <param name="weights">The weights that are trained.</param>
    /// <param name="count">The number of samples of the shard.</param>
    /// <param name="isWhole">Whether the shard is the whole batch.</param>
    /// <param name="weightCount">The weights of each sample: 0 for none, 1, or one for each position.</param>
    /// <param name="size">The size of the samples before the augmentation.</param>
    /// <param name="memory">The arena.</param>
    /// <param name="store">Keeps values that depend on weights alone.</param>
    /// <param name="memoryLimit">The largest size of the arena in bytes.</param>
    /// <param name="augmentation">The augmentation of the samples, if any.</param>
    public static CompiledObjectives ForShard(
        Topology topology, IReadOnlyList<OutputObjective> objectives, IReadOnlyList<TrainedWeight> weights, int count, bool isWhole, int weightCount,
        ModelSize size, PlanMemory memory, ValueCache store, long? memoryLimit, ImageAugmentation? augmentation = null)
    {
        var context = new CallContext(training: true);
        var inputs = topology.InputNodes(count, size);
        var shard = isWhole ? null : ShardOfBatch.Create(context.SumsOverSamples);
        var head = HeadOf(
            topology, augmentation, inputs, context, objectives, LossInputs.Of(objectives, size.Outputs, count, weightCount), shard);
        Node[] gradients = [.. Differentiation.Gradients(head.Loss, [.. weights.Select(weight => context.Read(weight.Variable))]).Reverse()];
        var averages = context.Updates.Select(update => shard is null ? update.Value : update.Value * shard.Share);
        var graph = new Graph([.. head.Results, .. gradients, .. averages, .. head.MetricTargets.OfType<Node>()]);
        var program = PlanProgram.Compile(graph, new PlanOptions { MemoryLimit = memoryLimit, Results = head.Results.Count });
        return new CompiledObjectives(new Plan(program, memory, store), inputs, head, randomKey: context.RandomKey)
        {
            Size = size,
            shard = shard,
            FirstMetricTarget = head.Results.Count + gradients.Length + context.Updates.Count,
            MultiplyAdds = program.Steps.Sum(step => step.Cost.MultiplyAdds),
            Vector = new StepVector(
                head.Predictions.Count, head.Results.Count - head.Predictions.Count, gradients,
                [.. context.Updates.Select(update => update.Variable)]),
        };
    }

    /// <summary>The step of a run after which an output is complete.</summary>
    public int LastStepOf(int output) => Plan.LastStepOf(output);

    /// <summary>Runs, and calls an observer after each step.</summary>
    public void Run(IStepObserver observer) => Plan.Run(observer);

    /// <summary>Sets what the shard has to know of its batch.</summary>
    /// <param name="share">The share of its samples in those of the batch.</param>
    /// <param name="weightSum">The sum of the sample weights of the batch, if there are any.</param>
    public void PrepareShard(float share, float weightSum)
    {
        if (shard is null) return;
        if (Plan.Has(shard.Share)) Plan.Input(shard.Share)[0] = share;
        if (Plan.Has(shard.WeightSum)) Plan.Input(shard.WeightSum)[0] = weightSum;
    }
}
