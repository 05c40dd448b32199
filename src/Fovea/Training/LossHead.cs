using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The end of a graph for training or evaluation: the predictions of all objectives, their targets and their losses.</summary>
internal sealed class LossHead
{
    private readonly ShardOfBatch? shard;
    private readonly AugmentedBatch? augmented;

    /// <param name="outputs">The model's outputs.</param>
    /// <param name="objectives">The losses.</param>
    /// <param name="penalties">The terms that layers add to the loss.</param>
    /// <param name="given">The inputs of the graph besides the samples.</param>
    /// <param name="shard">The part of the batch that the samples are; null for a whole batch.</param>
    /// <param name="augmented">The batch after the augmentation; null if there is none.</param>
    public LossHead(
        IReadOnlyList<Node> outputs, IReadOnlyList<OutputObjective> objectives, IReadOnlyList<Node> penalties, LossInputs given, ShardOfBatch? shard = null,
        AugmentedBatch? augmented = null)
    {
        (this.shard, this.augmented) = (shard, augmented);
        (Targets, SampleWeights) = (given.Targets, given.SampleWeights);
        Predictions = [.. objectives.Select(objective => outputs[objective.Index])];
        Losses = [.. objectives.Select((objective, i) => LossOf(objective.Loss, Targets[i], Predictions[i], objectives.Count == 1))];
        Loss = Losses.Zip(objectives, (loss, objective) => objective.Weight == 1 ? loss : objective.Weight * loss)
            .Concat(shard is null ? penalties : penalties.Select(penalty => shard.SumsOverSamples.Contains(penalty) ? penalty : penalty * shard.Share))
            .Aggregate((sum, loss) => sum + loss);
        MetricTargets = [.. objectives.Select((objective, i) => objective.Metrics.Count > 0 ? augmented?.OfMetrics(Targets[i]) : null)];
    }

    private Node LossOf(Loss loss, Node target, Node prediction, bool isOnly)
    {
        var batch = prediction.Shape[0];
        var weights = SampleWeights is null ? null : augmented?.Of(SampleWeights) ?? SampleWeights;
        var isByPosition = weights is not null
            && (weights.Shape.Rank > 1 || (isOnly && target.Shape.Count == batch && loss is SparseCategoricalCrossentropy));
        if (augmented?.MixtureOf(target) is { } mixture) return Mixed(loss, target, prediction, weights, mixture, isByPosition);
        target = augmented?.Of(target) ?? target;
        return Reduce(loss, isByPosition ? LossOfPositions(loss, target, prediction) : loss.OfSamples(target, prediction), Flat(weights));
    }

    /// <summary>
    /// The loss of mixed images, Σ wₖ·sₖ·L(targetₖ, prediction) with the share wₖ and the sample weight sₖ of each of the samples that the image consists of.
    /// Means by weights are divided by the sum of the samples' weights, as without mixing.
    /// </summary>
    private Node Mixed(Loss loss, Node target, Node prediction, Node? weights, LabelMixture mixture, bool isByPosition)
    {
        var perSample = mixture.Sum((samples, shares) =>
        {
            var own = LabelMixture.Gather(target, samples);
            var losses = isByPosition ? LossOfPositions(loss, own, prediction) : loss.OfSamples(own, prediction);
            if (weights is not null) losses *= Flat(LabelMixture.Gather(weights, samples))!;
            var (batch, positions) = (shares.Shape[0], losses.Shape.Count / shares.Shape[0]);
            return (losses.Reshape([batch, positions]) * shares.Reshape([batch, 1])).Reshape(losses.Shape);
        });
        return weights is not null && loss.Reduction == LossReduction.MeanWithSampleWeight
            ? perSample.Sum() / (shard?.WeightSum ?? weights.Sum()).AtLeast(1e-30f)
            : Reduce(loss, perSample, weights: null);
    }

    private static Node? Flat(Node? weights) => weights?.Reshape([weights.Shape.Count]);

    /// <summary>The losses of positions. Positions become samples, since the loss of a sample is the mean over its positions.</summary>
    private static Node LossOfPositions(Loss loss, Node target, Node prediction)
    {
        Shape outputs = [prediction.Shape[^1]];
        var positions = prediction.Shape.Count / outputs[0];
        // ignored positions weigh 0, so that the mean must not be scaled up for them
        var each = loss.Reduction == LossReduction.MeanWithSampleWeight ? loss.With(LossReduction.Sum) : loss;
        return each.OfSamples(target.Reshape(loss.TargetShape(outputs).Prepend(positions)), prediction.Reshape(outputs.Prepend(positions)));
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

    /// <summary>The targets that metrics compare the predictions with, where augmentation has changed them; null elsewhere.</summary>
    public IReadOnlyList<Node?> MetricTargets { get; }

    /// <summary>The results of a run: the predictions, the loss and, if there are several objectives, the loss of each.</summary>
    public IReadOnlyList<Node> Results => [.. Predictions, Loss, .. Losses.Count > 1 ? Losses : []];
}

/// <summary>The inputs of a graph that losses need besides the samples.</summary>
/// <param name="Targets">The target of each objective.</param>
/// <param name="SampleWeights">The weights of the samples; null if all count the same.</param>
internal sealed record LossInputs(IReadOnlyList<Node> Targets, Node? SampleWeights)
{
    /// <param name="objectives">The losses.</param>
    /// <param name="outputs">The shapes of the model's outputs.</param>
    /// <param name="batchSize">The number of samples.</param>
    /// <param name="weightCount">The number of weights of each sample: 0, 1, or one for each position of the only objective's output.</param>
    public static LossInputs Of(IReadOnlyList<OutputObjective> objectives, IReadOnlyList<Shape> outputs, int batchSize, int weightCount) => new(
        [
            .. objectives.Select((objective, i) =>
                new Node(new InputOp($"target {i}", objective.Loss.TargetShape(outputs[objective.Index]).Prepend(batchSize)))),
        ],
        weightCount == 0 ? null : new Node(new InputOp("sample weights", weightCount == 1 ? [batchSize] : [batchSize, weightCount])));
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
