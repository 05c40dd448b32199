using System.Collections;
using System.Globalization;

namespace Fovea;

/// <content>Samples and batches as tensors.</content>
public abstract partial class Dataset
{
    /// <summary>
    /// Whether the samples are a stream: they are read one after the other and have no index. <see cref="Count"/> is not known. <see cref="Cache()"/> reads a
    /// stream into memory.
    /// </summary>
    public bool IsStream => this is StreamDataset;

    /// <summary>
    /// One sample. Its tensors are new and belong to the caller, unless the data set is made of tensors that a function, a list or a stream returns: then they
    /// are these.
    /// </summary>
    /// <param name="index">The index, from 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no sample of this index.</exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public Sample this[int index]
    {
        get
        {
            RequireIndexed("Indexing");
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException(nameof(index), $"Dataset: expected an index from 0 to {Count - 1}; received {index}.");
            return SampleAt(index);
        }
    }

    /// <summary>One sample, counted from the end: <c>data[^1]</c> is the last.</summary>
    /// <inheritdoc cref="this[int]" path="/exception"/>
    public Sample this[Index index] => this[index.IsFromEnd ? CountFor("Indexing") - index.Value : index.Value];

    /// <summary>
    /// A part of the data set: <c>data[10..20]</c> has ten samples, in the order of the data set as with <see cref="Take"/>. Nothing is copied.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or goes beyond the data set.</exception>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    public Dataset this[Range range]
    {
        get
        {
            var count = CountFor("A range");
            var (from, to) = (range.Start.GetOffset(count), range.End.GetOffset(count));
            return from >= 0 && from < to && to <= count
                ? new Part(this, to - from, index => index + from)
                : throw new ArgumentOutOfRangeException(
                    nameof(range), $"Dataset: expected a range of at least one of {count} samples; received {range}.");
        }
    }

    /// <summary>
    /// The samples in batches, as tensors that belong to the caller: <c>foreach (var (x, y) in data.Batches(32))</c>. They are read in advance on other
    /// threads; the order does not depend on these.
    /// </summary>
    /// <param name="batchSize">The number of samples per batch, at least 1; the last batch may be smaller.</param>
    /// <param name="shuffle">
    /// Whether the order of the samples is random: another order for each enumeration of the returned object, as <see cref="Model.Fit"/> has another order for
    /// each epoch.
    /// </param>
    /// <param name="seed">
    /// The seed of the order. With <see cref="Model.Seed"/> of a new model it is the order of the epochs of its <see cref="Model.Fit"/>.
    /// </param>
    /// <param name="dropRemainder">Whether a last batch of fewer samples is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    /// <exception cref="InvalidOperationException">A stream is to be shuffled.</exception>
    public BatchSequence Batches(int batchSize = 32, bool shuffle = false, long seed = 0, bool dropRemainder = false)
    {
        batchSize.AtLeast(1, nameof(Batches), nameof(batchSize));
        if (shuffle) RequireIndexed("Batches with shuffle: true");
        return new BatchSequence(this, batchSize, shuffle ? seed : null, dropRemainder);
    }

    /// <summary>Enumerates the samples in order, one at a time. <see cref="Batches"/> reads in advance and is faster.</summary>
    public virtual IEnumerator<Sample> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return SampleAt(index);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// The number of samples, their shapes and the classes, as in <c>ImageFolder: 2000 samples, input (150, 150, 3), target (), 2 classes: cat, dog</c>. It
    /// reads no sample: of a map or a stream, the shapes are known once the first sample was read.
    /// </summary>
    public override string ToString() => DatasetText.Of(this);

    /// <summary>Whether the number of samples and their shapes are known, so that no sample is read to find them.</summary>
    internal virtual bool IsRead => true;

    /// <summary>The number of weights of a sample: 0 for none, 1, or one for each position of its target.</summary>
    internal virtual int WeightCount => !IsWeighted ? 0 : !IsWeightedByPosition || TargetShapes.Count > 1 ? 1 : SampleAt(0).Weights!.Values.Length;

    /// <summary>The number of samples; null for a stream.</summary>
    internal virtual int? KnownCount => IsStream ? null : Count;

    /// <summary>The name of a sample in messages.</summary>
    internal virtual string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"Sample {index}");

    /// <summary>Reads a sample into new tensors.</summary>
    internal virtual Sample SampleAt(int index)
    {
        var (input, target) = (new float[InputShape.Count], new float[TargetShape.Count]);
        Read(index, input, target);
        return new Sample(SeveralTensors.Divide(input, InputShapes), SeveralTensors.Divide(target, TargetShapes), WeightsAt(index, target));
    }

    /// <summary>Ends what the data set has begun to read, such as a stream whose first sample was read to find its shapes.</summary>
    internal virtual void Close()
    {
    }

    /// <summary>Requires samples with an index.</summary>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    internal void RequireIndexed(string operation)
    {
        if (IsStream)
            throw new InvalidOperationException(
                $"{operation}: expected samples with an index; the data set is a stream. Cache() reads a stream into memory, Take(count) shortens one.");
    }

    /// <summary>The weights of a sample as a tensor; null if there are none.</summary>
    internal Tensor? WeightsAt(int index, ReadOnlySpan<float> target)
    {
        if (!IsWeighted) return null;
        if (!IsWeightedByPosition || TargetShapes.Count > 1) return Weight(index, target);
        var weights = new float[target.Length / SampleWeights.RowLength(TargetShape, target)];
        Weights(index, target, weights);
        return new Tensor([weights.Length], weights);
    }

    private int CountFor(string operation)
    {
        RequireIndexed(operation);
        return Count;
    }
}
