namespace Fovea;

/// <summary>Some samples of a data set, in any order.</summary>
/// <param name="source">The whole data set.</param>
/// <param name="count">The number of samples of the part.</param>
/// <param name="indexInWhole">Returns the index of a sample of the part in the whole data set.</param>
internal sealed class Part(Dataset source, int count, Func<int, int> indexInWhole) : DerivedDataset(source)
{
    public override int Count => count;

    public override string? FileOf(int index) => Source.FileOf(InWhole(index));

    public override void Read(int index, Span<float> input, Span<float> target) => Source.Read(InWhole(index), input, target);

    public override void ReadTarget(int index, Span<float> target) => Source.ReadTarget(InWhole(index), target);

    public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(InWhole(index), target);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => Source.Weights(InWhole(index), target, weights);

    internal override Sample SampleAt(int index) => Source.SampleAt(InWhole(index));

    private int InWhole(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return indexInWhole(index);
    }
}
