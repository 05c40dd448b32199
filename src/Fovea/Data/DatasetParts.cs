namespace Fovea;

/// <summary>Parts of data sets, and a check. A part reads from the whole data set; nothing is copied.</summary>
public static class DatasetParts
{
    /// <summary>The first samples of a data set.</summary>
    /// <param name="dataset">The whole data set.</param>
    /// <param name="count">The number of samples, from 1 to the number in the whole data set.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part would be empty or larger than the whole data set.</exception>
    public static Dataset Take(this Dataset dataset, int count)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, dataset.Count);
        return new Part(dataset, count, index => index);
    }

    /// <summary>All samples of a data set except the first ones.</summary>
    /// <param name="dataset">The whole data set.</param>
    /// <param name="count">The number of samples to leave out, less than that of the whole data set.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part would be empty, or <paramref name="count"/> is negative.</exception>
    public static Dataset Skip(this Dataset dataset, int count)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, dataset.Count);
        return new Part(dataset, dataset.Count - count, index => index + count);
    }

    /// <summary>Some samples of a data set in the given order; a sample may occur several times.</summary>
    /// <param name="dataset">The whole data set.</param>
    /// <param name="indices">The indices of the samples, at least one.</param>
    /// <exception cref="ArgumentException">There are no indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the data set.</exception>
    public static Dataset Subset(this Dataset dataset, params int[] indices)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(indices);
        if (indices.Length == 0) throw new ArgumentException("Subset: expected at least one index; received none.", nameof(indices));
        foreach (var index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, dataset.Count, nameof(indices));
        }

        var chosen = indices.ToArray();
        return new Part(dataset, chosen.Length, index => chosen[index]);
    }

    /// <summary>Reads every sample once and refuses values that are not finite.</summary>
    /// <param name="dataset">The data set to check.</param>
    /// <exception cref="InvalidDataException">A value is not finite; the message names the sample.</exception>
    public static void CheckFinite(this Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var input = new float[dataset.InputShape.Count];
        var target = new float[dataset.TargetShape.Count];
        for (var index = 0; index < dataset.Count; index++)
        {
            dataset.Read(index, input, target);
            Check(input, "input", index);
            Check(target, "target", index);
        }
    }

    private static void Check(float[] values, string what, int index)
    {
        var at = Array.FindIndex(values, value => !float.IsFinite(value));
        if (at >= 0) throw new InvalidDataException($"Dataset: expected finite numbers; received {values[at]} in the {what} of sample {index} at {at}.");
    }

    private sealed class Part(Dataset whole, int count, Func<int, int> indexInWhole) : Dataset
    {
        public override int Count => count;

        public override Shape InputShape => whole.InputShape;

        public override Shape TargetShape => whole.TargetShape;

        public override IReadOnlyList<Shape> InputShapes => whole.InputShapes;

        public override IReadOnlyList<Shape> TargetShapes => whole.TargetShapes;

        public override bool IsWeighted => whole.IsWeighted;

        public override bool IsWeightedByPosition => whole.IsWeightedByPosition;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override ImageInput? ImageInput => whole.ImageInput;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            whole.Read(InWhole(index), input, target);
        }

        public override float Weight(int index, ReadOnlySpan<float> target) => whole.Weight(InWhole(index), target);

        public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => whole.Weights(InWhole(index), target, weights);

        private int InWhole(int index)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            return indexInWhole(index);
        }
    }
}
