using Fovea.Engine.Ops;

namespace Fovea;

/// <content>Parts of data sets, their order, and a check. A part reads from the whole data set; nothing is copied.</content>
public abstract partial class Dataset
{
    /// <summary>
    /// The first samples in the order of the data set. Image folders and the parts of <see cref="Split"/> are in the order of their classes, so that the first
    /// samples may be of one class: <c>data.Shuffle(seed: 1).Take(100)</c> takes 100 at random.
    /// </summary>
    /// <param name="count">The number of samples, from 1 to <see cref="Count"/>. A stream that has fewer ends earlier.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part would be empty or larger than the whole data set.</exception>
    public Dataset Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (this is StreamDataset stream) return stream.With(samples => samples.Take(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return new Part(this, count, index => index);
    }

    /// <summary>
    /// All samples except the first ones in the order of the data set. As with <see cref="Take"/>, <c>data.Shuffle(seed: 1).Skip(100)</c> leaves out 100 at
    /// random.
    /// </summary>
    /// <param name="count">The number of samples to leave out, less than <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part would be empty, or <paramref name="count"/> is negative.</exception>
    public Dataset Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (this is StreamDataset stream) return stream.With(samples => samples.Skip(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, Count);
        return new Part(this, Count - count, index => index + count);
    }

    /// <summary>Some samples in the given order; a sample may occur several times.</summary>
    /// <param name="indices">The indices of the samples, at least one.</param>
    /// <exception cref="ArgumentException">There are no indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the data set.</exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public Dataset Subset(params int[] indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        RequireIndexed(nameof(Subset));
        if (indices.Length == 0) throw new ArgumentException("Subset: expected at least one index; received none.", nameof(indices));
        foreach (var index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count, nameof(indices));
        }

        return PartOf([.. indices]);
    }

    /// <summary>
    /// The samples in a random order that is always the same. <see cref="Model.Fit"/> shuffles samples with an index by itself, in another order for each
    /// epoch.
    /// </summary>
    /// <param name="seed">The seed of the order.</param>
    /// <param name="bufferSize">
    /// For streams, which need it: the number of samples that are held in memory. The next sample is one of them, chosen at random; tf.data's
    /// <c>shuffle(buffer_size)</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The data set is a stream and there is no buffer, it has an index and there is one, or the size is below 1.
    /// </exception>
    public Dataset Shuffle(long seed = 0, int? bufferSize = null)
    {
        bufferSize?.AtLeast(1, nameof(Shuffle), nameof(bufferSize));
        if (this is StreamDataset stream)
        {
            return bufferSize is { } size
                ? stream.With(samples => ShuffleBuffer.Shuffle(samples, size, seed))
                : throw new ArgumentException("Shuffle: expected a bufferSize for a stream, as in Shuffle(bufferSize: 1000).", nameof(bufferSize));
        }

        if (bufferSize is not null)
            throw new ArgumentException(
                "Shuffle: expected no bufferSize, since all samples with an index are shuffled; it is for streams.", nameof(bufferSize));
        var order = BatchSource.InOrder(Count);
        new RandomNumbers(seed).Shuffle<int>(order);
        return PartOf(order);
    }

    /// <summary>
    /// Divides the samples at random into two parts, for training and validation; scikit-learn's <c>train_test_split</c>:
    /// <c>var (training, validation) = data.Split(0.2)</c>. Each part has its samples in the order of the whole data set.
    /// </summary>
    /// <param name="fraction">The share of the second part, above 0 and below 1. Its number of samples is rounded, and is at least 1.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <param name="stratified">
    /// Whether both parts have the same share of every class, as exactly as whole samples allow. The targets are class numbers or rows with a 1 at the class;
    /// each is read once.
    /// </param>
    /// <exception cref="ArgumentException">The fraction is not between 0 and 1, there are fewer than two samples, or a target is not a class.</exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public (Dataset Training, Dataset Validation) Split(double fraction, long seed = 0, bool stratified = false)
    {
        RequireIndexed(nameof(Split));
        if (!(fraction > 0 && fraction < 1)) throw ArgumentRules.Wrong(nameof(Split), nameof(fraction), $"above 0 and below 1", fraction);
        if (Count < 2) throw new InvalidOperationException($"Split: expected at least two samples; the data set has {Count}.");
        var (training, validation) = SampleSplit.Of(stratified ? SampleSplit.ClassesOf(this, nameof(Split)) : new int[Count], fraction, seed);
        return (PartOf(training), PartOf(validation));
    }

    /// <summary>Reads every sample once and refuses values that are not finite.</summary>
    /// <param name="cancellationToken">Stops between two samples.</param>
    /// <exception cref="InvalidDataException">A value is not finite; the message names the sample.</exception>
    public void CheckFinite(CancellationToken cancellationToken = default)
    {
        var index = 0;
        foreach (var sample in this)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(sample.Inputs, "input", index);
            Check(sample.Targets, "target", index);
            index++;
        }
    }

    private static void Check(IReadOnlyList<Tensor> tensors, string what, int index)
    {
        foreach (var tensor in tensors)
        {
            var at = Array.FindIndex(tensor.Values, value => !float.IsFinite(value));
            if (at >= 0)
                throw new InvalidDataException($"Dataset: expected finite numbers; received {tensor.Values[at]} in the {what} of sample {index} at {at}.");
        }
    }

    private Part PartOf(int[] indices) => new(this, indices.Length, index => indices[index]);
}
