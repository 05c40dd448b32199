using Fovea.Engine.Planning;

namespace Fovea;

/// <content>The plans of shards of a batch.</content>
internal sealed partial class Trainer
{
    /// <summary>Shards have two lengths, in the last batch of an epoch two others; parts of a data set may have more.</summary>
    private const int MaxShardLengths = 16;

    private readonly List<ShardPlans> shards = [];
    private CompiledUpdate? update;

    /// <summary>Where the results of any shard are in the vector that is added up; null before the first shard is compiled.</summary>
    public StepVector? ShardVector { get; private set; }

    /// <summary>The plan for a shard of a number of samples, within the model's present memory limit.</summary>
    /// <param name="count">The number of samples.</param>
    /// <param name="isWhole">Whether the shard is the whole batch.</param>
    /// <param name="weightCount">The weights of each sample: 0 for none, 1, or one for each position.</param>
    /// <param name="size">The size of the samples.</param>
    /// <param name="thread">The plans of different threads may run at the same time.</param>
    /// <exception cref="InsufficientMemoryException">It does not fit.</exception>
    public CompiledObjectives Shard(int count, bool isWhole, int weightCount, ModelSize size, int thread = 0)
    {
        if (memoryLimit != model.MemoryLimit) DiscardSteps();
        memoryLimit = model.MemoryLimit;
        while (shards.Count <= thread) shards.Add(new ShardPlans(shards.Count == 0 ? memory : new PlanMemory()));
        var (plans, arena) = (shards[thread].Plans, shards[thread].Memory);
        if (plans.TryGet((count, isWhole, weightCount, size), out var shard)) return shard;
        try
        {
            shard = CompiledObjectives.ForShard(
                NetworkFor(size), Objectives, Weights, count, isWhole, weightCount, size, arena, model.Prediction.Store, memoryLimit, augmentation);
        }
        catch (InsufficientMemoryException error)
        {
            throw new InsufficientMemoryException($"{model.Subject} cannot be trained in shards of {count}. {error.Message}", error);
        }

        plans.Add((count, isWhole, weightCount, size), shard)?.Retire();
        ShardVector ??= shard.Vector;
        return shard;
    }

    /// <summary>The optimizer's step, once a shard is compiled.</summary>
    public CompiledUpdate Update() => update ??= new CompiledUpdate(Optimizer, Weights, ShardVector!, memory, model.Prediction.Store);

    private void DiscardShards()
    {
        foreach (var shard in shards.SelectMany(each => each.Plans.Values)) shard.Retire();
        shards.Clear();
        update?.Retire();
        (update, ShardVector) = (null, null);
    }

    /// <summary>The plans that one thread runs, with their memory.</summary>
    private sealed record ShardPlans(PlanMemory Memory)
    {
        public RecentlyUsed<(int Count, bool IsWhole, int WeightCount, ModelSize Size), CompiledObjectives> Plans { get; } = new(MaxShardLengths);
    }
}
