using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Everything that the shards of a batch add up, in one vector: the gradients, those of the last layers first as they are computed, then the new values of
/// moving averages, then the losses.
/// </summary>
internal sealed class StepVector
{
    private readonly (int Output, int Start, int Count)[] parts;
    private readonly int weights;
    private readonly int firstLoss;

    /// <param name="predictions">The number of outputs of the compiled shard before the losses.</param>
    /// <param name="losses">The number of losses: one, or the sum and one for each of several objectives.</param>
    /// <param name="gradients">The gradients, the last weight's first, which are the next outputs.</param>
    /// <param name="averages">The variables whose new values are the outputs after these.</param>
    public StepVector(int predictions, int losses, IReadOnlyList<Node> gradients, IReadOnlyList<Variable> averages)
    {
        (weights, Averages) = (gradients.Count, averages);
        var list = new List<(int Output, int Start, int Count)>();
        var start = 0;
        foreach (var count in gradients.Select(node => node.Shape.Count).Concat(averages.Select(variable => variable.Shape.Count)))
        {
            list.Add((predictions + losses + list.Count, start, count));
            start += PartOp.After(count);
        }

        firstLoss = start;
        for (var i = 0; i < losses; i++) list.Add((predictions + i, firstLoss + i, 1));
        (parts, Length) = ([.. list], PartOp.After(firstLoss + losses));
    }

    public int Length { get; }

    /// <summary>The variables, such as moving averages, that each shard gives a new value.</summary>
    public IReadOnlyList<Variable> Averages { get; }

    /// <summary>Where the gradient of a weight begins.</summary>
    public int StartOfGradient(int weight) => parts[weights - 1 - weight].Start;

    /// <summary>Where the new value of one of the <see cref="Averages"/> begins.</summary>
    public int StartOfAverage(int index) => parts[weights + index].Start;

    /// <summary>The loss that training minimizes.</summary>
    public float Loss(ReadOnlySpan<float> vector) => vector[firstLoss];

    /// <summary>The loss of one of several objectives; of a single one the loss.</summary>
    public float LossOf(ReadOnlySpan<float> vector, int objective) => vector[firstLoss + (parts[^1].Start > firstLoss ? 1 + objective : 0)];

    /// <summary>Copies or adds a part of the results of a shard's run.</summary>
    /// <param name="shard">The shard. At least the steps that compute this part were run.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="adds">Whether to add to the vector.</param>
    /// <param name="start">Where the part begins in the vector.</param>
    /// <param name="end">Where it ends.</param>
    public void Collect(CompiledObjectives shard, Span<float> vector, bool adds, int start, int end)
    {
        foreach (var part in parts)
        {
            int first = Math.Max(start, part.Start), count = Math.Min(end, part.Start + part.Count) - first;
            if (count <= 0) continue;
            var values = shard.Output(part.Output).Slice(first - part.Start, count);
            var place = vector.Slice(first, count);
            if (adds) TensorPrimitives.Add(place, values, place);
            else values.CopyTo(place);
        }
    }

    /// <summary>The step of a shard's run that completes a part of the vector.</summary>
    public int LastStep(CompiledObjectives shard, int start, int end)
    {
        var last = -1;
        foreach (var part in parts)
        {
            if (part.Start < end && part.Start + part.Count > start) last = Math.Max(last, shard.LastStepOf(part.Output));
        }

        return last;
    }
}
