namespace Fovea;

/// <summary>The samples of a data set, then those of another one.</summary>
internal sealed class ConcatenatedDataset : DerivedDataset
{
    private readonly Dataset other;

    public ConcatenatedDataset(Dataset first, Dataset other)
        : base(first)
    {
        this.other = PartitionedDataset.RequireNone(other);
        Count = Total(nameof(Concat), (long)first.Count + other.Count);
    }

    public override int Count { get; }

    public override bool IsWeighted => Source.IsWeighted || other.IsWeighted;

    public override bool IsWeightedByPosition => Source.IsWeightedByPosition || other.IsWeightedByPosition;

    internal override bool IsRead => Source.IsRead && other.IsRead;

    public override bool HasTargetsInMemory => Source.HasTargetsInMemory && other.HasTargetsInMemory;

    public override IReadOnlyList<string> ClassNames => Source.ClassNames.Count > 0 ? Source.ClassNames : other.ClassNames;

    public override ImageInput? ImageInput => Source.ImageInput == other.ImageInput ? Source.ImageInput : null;

    /// <summary>A number of samples that fits an integer.</summary>
    /// <exception cref="ArgumentException">It is too large.</exception>
    public static int Total(string operation, long count) => count <= int.MaxValue
        ? (int)count
        : throw new ArgumentException($"{operation}: expected at most {int.MaxValue} samples in all; there would be {count}.");

    /// <summary>Requires that two data sets fit, and numbers the classes of the other as those of the first.</summary>
    /// <exception cref="ArgumentException">They have other shapes, or images that were read with another preprocessing.</exception>
    /// <exception cref="TrainingException">The other has a class that the first does not have.</exception>
    public static Dataset Matching(Dataset first, Dataset other)
    {
        if (!first.InputShapes.SequenceEqual(other.InputShapes) || !first.TargetShapes.SequenceEqual(other.TargetShapes))
            throw new ArgumentException(
                $"Concat: expected samples of the same shapes, inputs {SeveralTensors.Print(first.InputShapes)} and targets "
                + $"{SeveralTensors.Print(first.TargetShapes)}; received inputs {SeveralTensors.Print(other.InputShapes)} and targets "
                + $"{SeveralTensors.Print(other.TargetShapes)}.", nameof(other));
        if (first.ImageInput is { } one && other.ImageInput is { } two && one.DifferencesFrom(two) is { Count: > 0 } differences)
            throw new ArgumentException(
                $"Concat: expected images with the same preprocessing; the data sets differ ({string.Join("; ", differences)}).", nameof(other));
        return first.ClassNames.Count > 0 ? other.NumberedLike(first.ClassNames) : other;
    }

    public override string? FileOf(int index)
    {
        var (data, at) = Find(index);
        return data.FileOf(at);
    }

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var (data, at) = Find(index);
        data.Read(at, input, target);
    }

    public override void ReadTarget(int index, Span<float> target)
    {
        var (data, at) = Find(index);
        data.ReadTarget(at, target);
    }

    public override float Weight(int index, ReadOnlySpan<float> target)
    {
        var (data, at) = Find(index);
        return data.IsWeighted ? data.Weight(at, target) : 1;
    }

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
    {
        var (data, at) = Find(index);
        if (data.IsWeighted) data.Weights(at, target, weights);
        else weights.Fill(1);
    }

    internal override Sample SampleAt(int index)
    {
        var (data, at) = Find(index);
        var sample = data.SampleAt(at);
        return IsWeighted && sample.Weights is null ? sample with { Weights = 1 } : sample;
    }

    private (Dataset Data, int Index) Find(int index) => index < Source.Count ? (Source, index) : (other, index - Source.Count);
}
