using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The end of a graph for training or evaluation: the predictions of all objectives, their targets and their losses.</summary>
internal sealed class LossHead
{
    private readonly ShardOfBatch? shard;

    /// <param name="outputs">The model's outputs.</param>
    /// <param name="objectives">The losses.</param>
    /// <param name="penalties">The terms that layers add to the loss.</param>
    /// <param name="weightCount">The number of weights of each sample: 0, 1, or one for each position of the only objective's output.</param>
    /// <param name="shard">The part of the batch that the samples are; null for a whole batch.</param>
    public LossHead(
        IReadOnlyList<Node> outputs, IReadOnlyList<OutputObjective> objectives, IReadOnlyList<Node> penalties, int weightCount, ShardOfBatch? shard = null)
    {
        this.shard = shard;
        var batchSize = outputs[0].Shape[0];
        SampleWeights = weightCount == 0 ? null : new Node(new InputOp("sample weights", weightCount == 1 ? [batchSize] : [batchSize, weightCount]));
        Predictions = [.. objectives.Select(objective => outputs[objective.Index])];
        Targets =
            [.. objectives.Select(
            (objective, i) => new Node(new InputOp($"target {i}", objective.Loss.TargetShape(Predictions[i].Shape[1..]).Prepend(batchSize))))];
        Losses =
            [.. objectives.Select(
            (objective, i) => weightCount > 1
            || (weightCount == 1 && objectives.Count == 1 && Targets[i].Shape.Count == batchSize && objective.Loss is SparseCategoricalCrossentropy)
            ? LossOfPositions(objective.Loss, Targets[i], Predictions[i], SampleWeights!)
            : Reduce(objective.Loss, objective.Loss.OfSamples(Targets[i], Predictions[i]), SampleWeights))];
        Loss = Losses.Zip(objectives, (loss, objective) => objective.Weight == 1 ? loss : objective.Weight * loss)
            .Concat(shard is null ? penalties : penalties.Select(penalty => shard.SumsOverSamples.Contains(penalty) ? penalty : penalty * shard.Share))
            .Aggregate((sum, loss) => sum + loss);
    }

    /// <summary>The loss with weights of positions. Positions become samples, since the loss of a sample is the mean over its positions.</summary>
    private Node LossOfPositions(Loss loss, Node target, Node prediction, Node weights)
    {
        var positions = weights.Shape.Count;
        Shape outputs = [prediction.Shape[^1]];
        // ignored positions weigh 0, so that the mean must not be scaled up for them
        var each = loss.Reduction == LossReduction.MeanWithSampleWeight ? loss.With(LossReduction.Sum) : loss;
        return Reduce(
            loss, each.OfSamples(target.Reshape(loss.TargetShape(outputs).Prepend(positions)), prediction.Reshape(outputs.Prepend(positions))),
            weights.Reshape([positions]));
    }

    /// <summary>
    /// The loss of the samples. Those of the shards of a batch add up to that of the batch: means are multiplied by the shard's share of the batch, and a mean
    /// by weights is divided by the weights of the whole batch.
    /// </summary>
    private Node Reduce(Loss loss, Node perSample, Node? weights) => (shard, loss.Reduction, weights) switch
    {
        (null, _, _) or (_, LossReduction.Sum, _) => loss.Reduce(perSample, weights),
        (_, LossReduction.MeanWithSampleWeight, not null) => (perSample * weights).Sum() / shard.WeightSum.AtLeast(1e-30f),
        _ => loss.Reduce(perSample, weights) * shard.Share,
    };

    public IReadOnlyList<Node> Predictions { get; }

    public IReadOnlyList<Node> Targets { get; }

    /// <summary>The weights of the samples; null if all count the same.</summary>
    public Node? SampleWeights { get; }

    /// <summary>The loss of each objective after its reduction.</summary>
    public IReadOnlyList<Node> Losses { get; }

    /// <summary>The weighted sum of all losses and penalties, which training minimizes.</summary>
    public Node Loss { get; }

    /// <summary>The results of a run: the predictions, the loss and, if there are several objectives, the loss of each.</summary>
    public IReadOnlyList<Node> Results => [.. Predictions, Loss, .. Losses.Count > 1 ? Losses : []];
}

/// <summary>What a loss has to know of the batch that its samples are a part of. Both are inputs of the graph.</summary>
/// <param name="Share">The share of the samples in the batch, from 0 to 1.</param>
/// <param name="WeightSum">The sum of the weights of the batch.</param>
internal sealed record ShardOfBatch(Node Share, Node WeightSum)
{
    /// <summary>The terms that layers add to the loss and that are sums over the samples, so that those of the shards add up to that of the batch.</summary>
    public required IReadOnlySet<Node> SumsOverSamples { get; init; }

    public static ShardOfBatch Create(IReadOnlySet<Node> sumsOverSamples) =>
        new(new Node(new InputOp("share", Shape.Scalar)), new Node(new InputOp("sum of weights", Shape.Scalar))) { SumsOverSamples = sumsOverSamples };
}

/// <summary>An objective with the index of its output in the model.</summary>
internal sealed record OutputObjective(int Index, Loss Loss, float Weight, IReadOnlyList<Metric> Metrics, string Prefix);
