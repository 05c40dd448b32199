namespace Fovea;

/// <summary>The samples that fulfil a condition. All samples are read once, by several threads, when the first sample or the count is needed.</summary>
internal sealed class FilteredDataset : DerivedDataset
{
    private readonly Lazy<int[]> kept;

    public FilteredDataset(Dataset source, Func<Sample, bool> condition)
        : base(source)
    {
        kept = new(() => Kept(condition), LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <exception cref="InvalidOperationException">No sample fulfils the condition.</exception>
    public override int Count => kept.Value.Length;

    internal override bool IsRead => kept.IsValueCreated && Source.IsRead;

    public override void Read(int index, Span<float> input, Span<float> target) => Source.Read(kept.Value[index], input, target);

    public override void ReadTarget(int index, Span<float> target) => Source.ReadTarget(kept.Value[index], target);

    public override float Weight(int index, ReadOnlySpan<float> target) => Source.Weight(kept.Value[index], target);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => Source.Weights(kept.Value[index], target, weights);

    internal override Sample SampleAt(int index) => Source.SampleAt(kept.Value[index]);

    /// <summary>Whether a sample fulfils a condition.</summary>
    /// <exception cref="InvalidDataException">The condition failed; its exception is the cause.</exception>
    public static bool Fulfils(Sample sample, int index, Func<Sample, bool> condition)
    {
        try
        {
            return condition(sample);
        }
        catch (Exception error) when (SampleFailure.IsReported(error))
        {
            throw SampleFailure.Of(nameof(Where), index, error);
        }
    }

    private int[] Kept(Func<Sample, bool> condition)
    {
        var fulfils = new bool[Source.Count];
        ParallelReading.ForEach(fulfils.Length, index => fulfils[index] = Fulfils(Source.SampleAt(index), index, condition));
        int[] indices = [.. Enumerable.Range(0, fulfils.Length).Where(index => fulfils[index])];
        return indices.Length > 0
            ? indices
            : throw new InvalidOperationException($"Where: expected at least one sample that fulfils the condition; none of {fulfils.Length} does.");
    }
}
