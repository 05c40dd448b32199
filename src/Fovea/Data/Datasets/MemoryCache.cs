namespace Fovea;

/// <summary>A data set whose samples are kept in memory once they were read.</summary>
internal sealed class MemoryCache(Dataset source) : DerivedDataset(source)
{
    private readonly Lazy<float[]?[]> rows = new(() => new float[]?[source.Count]);
    private readonly Lazy<bool> hasWeight = new(() => source is { IsWeighted: true, IsWeightedByPosition: false });

    public override bool HasTargetsInMemory => false;  // a target is known once its whole sample was read

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var row = Row(index);
        row.AsSpan(0, input.Length).CopyTo(input);
        row.AsSpan(input.Length, target.Length).CopyTo(target);
    }

    public override void ReadTarget(int index, Span<float> target) => Row(index).AsSpan(InputShape.Count, TargetShape.Count).CopyTo(target);

    public override float Weight(int index, ReadOnlySpan<float> target) => hasWeight.Value ? Row(index)[^1] : base.Weight(index, target);

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
    {
        if (hasWeight.Value) weights.Fill(Row(index)[^1]);
        else base.Weights(index, target, weights);
    }

    /// <summary>
    /// The input, the target and the weight of a sample. Two threads may read it at once; both read the same values. Weights of positions are not kept, since
    /// the loss decides which of them count.
    /// </summary>
    private float[] Row(int index)
    {
        if (Volatile.Read(ref rows.Value[index]) is { } known) return known;
        var row = new float[InputShape.Count + TargetShape.Count + (hasWeight.Value ? 1 : 0)];
        var target = row.AsSpan(InputShape.Count, TargetShape.Count);
        Source.Read(index, row.AsSpan(0, InputShape.Count), target);
        if (hasWeight.Value) row[^1] = Source.Weight(index, target);
        Volatile.Write(ref rows.Value[index], row);
        return row;
    }
}
