namespace Fovea;

/// <content>The plans of shards of a batch.</content>
internal sealed partial class Trainer
{
    /// <summary>Shards have two lengths, in the last batch of an epoch two others; parts of a data set may have more.</summary>
    private const int MaxShardLengths = 16;

    private readonly RecentlyUsed<(int Count, bool IsWhole, int WeightCount, ModelSize Size), CompiledObjectives> shards = new(MaxShardLengths);
    private CompiledUpdate? update;

    /// <summary>Where the results of any shard are in the vector that is added up; null before the first shard is compiled.</summary>
    public StepVector? ShardVector { get; private set; }

    /// <summary>The plan for a shard of a number of samples, within the model's present memory limit.</summary>
    /// <exception cref="InsufficientMemoryException">It does not fit.</exception>
    public CompiledObjectives Shard(int count, bool isWhole, int weightCount, ModelSize size)
    {
        if (memoryLimit != model.MemoryLimit) DiscardSteps();
        memoryLimit = model.MemoryLimit;
        if (shards.TryGet((count, isWhole, weightCount, size), out var shard)) return shard;
        try
        {
            shard = CompiledObjectives.ForShard(
                model.Topology, Objectives, Weights, count, isWhole, weightCount, size, memory, model.Prediction.Store, memoryLimit);
        }
        catch (InsufficientMemoryException error)
        {
            throw new InsufficientMemoryException($"{model.Subject} cannot be trained in shards of {count}. {error.Message}", error);
        }

        shards.Add((count, isWhole, weightCount, size), shard)?.Retire();
        ShardVector ??= shard.Vector;
        return shard;
    }

    /// <summary>The optimizer's step, once a shard is compiled.</summary>
    public CompiledUpdate Update() => update ??= new CompiledUpdate(Optimizer, Weights, ShardVector!, memory, model.Prediction.Store);

    private void DiscardShards()
    {
        foreach (var shard in shards.Values) shard.Retire();
        shards.Clear();
        update?.Retire();
        (update, ShardVector) = (null, null);
    }
}
