using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The end of a graph that trains or evaluates: the predictions of all objectives, what they are compared with, and their losses.</summary>
internal sealed class LossHead
{
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="objectives">What it is trained or evaluated for.</param>
    /// <param name="penalties">What layers add to the loss.</param>
    /// <param name="weightCount">How many weights each sample has: none, one, or one for each position of the only objective's output.</param>
    public LossHead(IReadOnlyList<Node> outputs, IReadOnlyList<OutputObjective> objectives, IReadOnlyList<Node> penalties, int weightCount)
    {
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
            ? LossOfPositions(objective.Loss, Predictions[i], Targets[i], SampleWeights!)
            : objective.Loss.Reduce(objective.Loss.Call(Predictions[i], Targets[i]), SampleWeights))];
        Loss = Losses.Zip(objectives, (loss, objective) => objective.Weight == 1 ? loss : objective.Weight * loss).Concat(penalties)
            .Aggregate((sum, loss) => sum + loss);
    }

    /// <summary>Each position is a sample of its own: the loss of a sample is the mean over its positions anyway.</summary>
    private static Node LossOfPositions(Loss loss, Node prediction, Node target, Node weights)
    {
        var positions = weights.Shape.Count;
        Shape outputs = [prediction.Shape[^1]];
        // an ignored position weighs 0: none is left to make up for it
        var each = loss.Reduction == LossReduction.MeanWithSampleWeight ? loss.With(LossReduction.Sum) : loss;
        return loss.Reduce(
            each.Call(prediction.Reshape(outputs.Prepend(positions)), target.Reshape(loss.TargetShape(outputs).Prepend(positions))),
                weights.Reshape([positions]));
    }

    public IReadOnlyList<Node> Predictions { get; }

    public IReadOnlyList<Node> Targets { get; }

    /// <summary>How much each sample counts; null where all count the same.</summary>
    public Node? SampleWeights { get; }

    /// <summary>The loss of each objective, reduced as it says.</summary>
    public IReadOnlyList<Node> Losses { get; }

    /// <summary>Their weighted sum with all penalties, which training makes small.</summary>
    public Node Loss { get; }

    /// <summary>What a run gives: the predictions, the loss and, where there are several objectives, the loss of each.</summary>
    public IReadOnlyList<Node> Results => [.. Predictions, Loss, .. Losses.Count > 1 ? Losses : []];
}

/// <summary>An objective with the place of its output among those of the model.</summary>
internal sealed record OutputObjective(int Index, Loss Loss, float Weight, IReadOnlyList<Metric> Metrics, string Prefix);
