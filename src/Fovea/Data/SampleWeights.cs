using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Data sets whose samples have different weights in the loss.</summary>
public static class SampleWeights
{
    private const float RowTolerance = 1e-3f;

    /// <summary>Gives each sample a weight; Keras' <c>sample_weight</c>.</summary>
    /// <param name="dataset">The samples.</param>
    /// <param name="weights">The weight of each sample, finite and at least 0; not copied.</param>
    /// <exception cref="ArgumentException">The numbers of weights and samples differ, or a weight is negative or not finite.</exception>
    public static Dataset WithSampleWeights(this Dataset dataset, float[] weights)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(weights);
        dataset.RequireIndexed(nameof(WithSampleWeights));
        if (weights.Length != dataset.Count)
            throw new ArgumentException(
                $"WithSampleWeights: expected a weight for each of {dataset.Count} samples; received {weights.Length}.", nameof(weights));
        Require(weights, nameof(WithSampleWeights), "sample");
        return new Weighted(dataset, (index, _) => weights[index]);
    }

    /// <summary>
    /// Gives each sample the weight of its class; Keras' <c>class_weight</c>. If targets have several positions, such as the pixels of a mask, each
    /// position gets the weight of its class.
    /// </summary>
    /// <param name="dataset">Samples whose targets are class numbers, or rows with a 1 at their class; one of them for each position.</param>
    /// <param name="weights">
    /// The weight of each class by its number, finite and at least 0; see <see cref="BalancedClassWeights"/>. A class that the loss ignores,
    /// <see cref="SparseCategoricalCrossentropy.IgnoreClass"/>, needs no weight and counts as 0.
    /// </param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or a class that occurs has no weight; the latter is found when the sample is
    /// read.</exception>
    public static Dataset WithClassWeights(this Dataset dataset, params float[] weights)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(weights);
        Require(weights, nameof(WithClassWeights), "class");
        return dataset is StreamDataset stream ? WithClassWeights(stream, weights) : new ClassWeighted(dataset, weights);
    }

    /// <inheritdoc cref="WithClassWeights(Dataset, float[])"/>
    public static Dataset WithClassWeights(this Dataset dataset, params double[] weights) =>
        dataset.WithClassWeights(Array.ConvertAll(weights.NotNull(nameof(WithClassWeights), nameof(weights)), weight => (float)weight));

    /// <summary>
    /// Weights that give every class the same total: samples / (classes · samples of the class), as scikit-learn's "balanced"; 0 for a
    /// class without samples. For masks, pixels are counted instead of samples.
    /// </summary>
    /// <param name="dataset">
    /// Samples whose targets are class numbers, or rows with a 1 at their class; one of them for each position. Targets of two or more dimensions are
    /// rows if their innermost dimension adds up to 1 everywhere. Each sample is read once.
    /// </param>
    /// <param name="ignoreClass">A class number that is not counted, like that of the loss: <see cref="SparseCategoricalCrossentropy.IgnoreClass"/>.</param>
    /// <param name="cancellationToken">Stops between two samples.</param>
    /// <exception cref="ArgumentException">A target is not a class number.</exception>
    public static float[] BalancedClassWeights(this Dataset dataset, int? ignoreClass = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var counts = new List<long>();
        var index = 0;
        foreach (var target in TargetsOf(dataset))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = RowLength(dataset.TargetShape, target);
            for (var start = 0; start < target.Length; start += row)
            {
                if (row == 1 && target[start] == ignoreClass) continue;
                var label = ClassOf(index, target.AsSpan(start, row));
                while (counts.Count <= label) counts.Add(0);
                counts[label]++;
            }

            index++;
        }

        var classes = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 0 : counts.Sum() / ((float)classes * count))];
    }

    /// <summary>The targets of all samples. The array of the one before is used again.</summary>
    private static IEnumerable<float[]> TargetsOf(Dataset dataset)
    {
        if (dataset.IsStream)
        {
            foreach (var sample in dataset) yield return sample.Target.Values;
            yield break;
        }

        var target = new float[dataset.TargetShape.Count];
        for (var index = 0; index < dataset.Count; index++)
        {
            dataset.ReadTarget(index, target);
            yield return target;
        }
    }

    /// <summary>Each position of a sample of a stream gets the weight of its class, times the weight that it has.</summary>
    private static StreamDataset WithClassWeights(StreamDataset stream, float[] classWeights) => stream.With(samples => samples.Select((sample, index) =>
    {
        var target = sample.Target.Values;
        var row = RowLength(sample.Target.Shape, target);
        var weights = new float[target.Length / row];
        SampleForm.CopyWeights(sample, weights, index);
        for (var i = 0; i < weights.Length; i++)
            weights[i] *= ClassWeighted.OfClass(ClassOf(index, target.AsSpan(i * row, row)), index, classWeights);
        return sample with { Weights = new Tensor([weights.Length], weights) };
    }));

    /// <summary>The number of values per class: 1 for a class number, otherwise the number of classes.</summary>
    internal static int RowLength(Shape shape, ReadOnlySpan<float> target)
    {
        if (shape.Rank < 2) return target.Length;
        for (var start = 0; start < target.Length; start += shape[^1])
        {
            if (Math.Abs(TensorPrimitives.Sum(target.Slice(start, shape[^1])) - 1) > RowTolerance) return 1;
        }

        return shape[^1];
    }

    /// <exception cref="ArgumentException">The target is no class number and no row of one class, as that of a sample with several labels.</exception>
    internal static int ClassOf(int index, ReadOnlySpan<float> target)
    {
        if (target.Length > 1 && TensorPrimitives.Sum(target) is var sum && Math.Abs(sum - 1) > RowTolerance)
            throw new ArgumentException(
                $"Class weights: expected class numbers as targets, or rows that add up to 1; the row of sample {index} adds up to {sum}. Samples with several "
                    + "labels belong to no single class.");
        var label = target.Length == 1 ? target[0] : TensorPrimitives.IndexOfMax(target);
        return label >= 0 && label == MathF.Floor(label)
            ? (int)label
            : throw new ArgumentException($"Class weights: expected class numbers as targets; sample {index} has {label}.");
    }

    private static void Require(float[] weights, string subject, string what)
    {
        var at = Array.FindIndex(weights, weight => !(weight >= 0 && float.IsFinite(weight)));
        if (at >= 0) throw new ArgumentException($"{subject}: expected finite weights of at least 0; received {weights[at]} for {what} {at}.", nameof(weights));
    }

    private delegate float WeightOfSample(int index, ReadOnlySpan<float> target);

    /// <summary>Weights of a data set that already has weights are multiplied.</summary>
    private class Weighted(Dataset dataset, WeightOfSample weightOf) : DerivedDataset(dataset)
    {
        public override bool IsWeighted => true;

        public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(index, target) * weightOf(index, target);

        public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
        {
            Source.Weights(index, target, weights);
            TensorPrimitives.Multiply(weights, weightOf(index, target), weights);
        }
    }

    private sealed class ClassWeighted(Dataset dataset, float[] classWeights)
        : Weighted(dataset, (index, target) => OfClass(ClassOf(index, target), index, classWeights))
    {
        public override bool IsWeightedByPosition => Source.IsWeightedByPosition || TargetShape.Count > 1;

        public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
        {
            Source.Weights(index, target, weights);
            var row = target.Length / weights.Length;
            for (var i = 0; i < weights.Length; i++)
            {
                if (weights[i] != 0) weights[i] *= OfClass(ClassOf(index, target.Slice(i * row, row)), index, classWeights);
            }
        }

        public static float OfClass(int label, int index, float[] classWeights) => label < classWeights.Length
            ? classWeights[label]
            : throw new ArgumentException(
                $"WithClassWeights: expected a weight for each class; sample {index} is of class {label}, and there are {classWeights.Length} weights.");
    }
}
