namespace Fovea;

/// <summary>
/// The samples of several parts, one part after the other. A part is opened when it is needed: in training by several processes, only by the process that
/// trains on it.
/// </summary>
internal sealed class PartitionedDataset : Dataset
{
    private readonly Lazy<Dataset>[] parts;
    private readonly int first;
    private readonly Lazy<int[]> starts;

    /// <param name="parts">The number of parts.</param>
    /// <param name="open">Opens the part of a number.</param>
    public PartitionedDataset(int parts, Func<int, Dataset> open)
        : this([.. Enumerable.Range(0, parts).Select(part => new Lazy<Dataset>(() => Open(open, part), LazyThreadSafetyMode.PublicationOnly))], first: 0)
    {
    }

    private PartitionedDataset(Lazy<Dataset>[] parts, int first)
    {
        (this.parts, this.first) = (parts, first);
        starts = new(FindStarts, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Refuses a change of all samples, after which it would no longer be known which part a sample is in.</summary>
    /// <exception cref="InvalidOperationException">The data set has parts.</exception>
    public static Dataset RequireNone(Dataset source) => source is not PartitionedDataset ? source : throw new InvalidOperationException(
        "Dataset.FromParts: expected a change of each part, since a part is opened only where it is needed; received a change of all samples. Make it in the "
        + "function that opens a part, as in Dataset.FromParts(16, part => Open(part).OneHot()).");

    public int Parts => parts.Length;

    /// <summary>The number of samples of each part. All parts are opened for it.</summary>
    public int[] Counts => [.. starts.Value.Skip(1).Zip(starts.Value, (end, start) => end - start)];

    /// <summary>The number of samples of the parts of the whole data set that this is a range of, if it is one.</summary>
    public IReadOnlyList<int>? CountsOfAll { get; private init; }

    public override int Count => starts.Value[^1];

    public override Shape InputShape => parts[0].Value.InputShape;

    public override Shape TargetShape => parts[0].Value.TargetShape;

    public override IReadOnlyList<Shape> InputShapes => parts[0].Value.InputShapes;

    public override IReadOnlyList<Shape> TargetShapes => parts[0].Value.TargetShapes;

    public override bool IsWeighted => parts[0].Value.IsWeighted;

    public override bool IsWeightedByPosition => parts[0].Value.IsWeightedByPosition;

    public override IReadOnlyList<string> ClassNames => parts[0].Value.ClassNames;

    public override ImageInput? ImageInput => parts[0].Value.ImageInput;

    /// <summary>The number of samples of all parts, also of those of other processes.</summary>
    internal override int? KnownCount => CountsOfAll?.Sum() ?? Count;

    internal override bool IsRead => starts.IsValueCreated;

    internal override int WeightCount => parts[0].Value.WeightCount;

    /// <summary>Some of the parts.</summary>
    /// <param name="from">The first part.</param>
    /// <param name="end">The part after the last.</param>
    /// <param name="countsOfAll">The number of samples of each part of this data set, if they are known.</param>
    public PartitionedDataset Range(int from, int end, IReadOnlyList<int>? countsOfAll = null) => new(parts[from..end], first + from)
    {
        CountsOfAll = countsOfAll,
    };

    /// <summary>A change of each part, when it is opened.</summary>
    public PartitionedDataset Map(Func<Dataset, Dataset> change) =>
        new([.. parts.Select(part => new Lazy<Dataset>(() => change(part.Value), LazyThreadSafetyMode.PublicationOnly))], first) { CountsOfAll = CountsOfAll };

    /// <summary>The index of the first sample of a part of this range.</summary>
    public int Start(int part) => starts.Value[part];

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var (part, at) = Find(index);
        part.Read(at, input, target);
    }

    public override void ReadTarget(int index, Span<float> target)
    {
        var (part, at) = Find(index);
        part.ReadTarget(at, target);
    }

    public override float Weight(int index, ReadOnlySpan<float> target)
    {
        var (part, at) = Find(index);
        return part.Weight(at, target);
    }

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights)
    {
        var (part, at) = Find(index);
        part.Weights(at, target, weights);
    }

    internal override Sample SampleAt(int index)
    {
        var (part, at) = Find(index);
        return part.SampleAt(at);
    }

    internal override string NameOf(int index)
    {
        var part = PartOf(index);
        return $"Part {first + part}, sample {index - starts.Value[part]}";
    }

    internal override void Close()
    {
        foreach (var part in parts.Where(part => part.IsValueCreated)) part.Value.Close();
    }

    private static Dataset Open(Func<int, Dataset> open, int part)
    {
        var data = open(part) ?? throw new InvalidDataException($"Dataset.FromParts: expected a data set as part {part}; received null.");
        if (data.IsStream)
            throw new InvalidDataException($"Dataset.FromParts: expected samples with an index as part {part}; received a stream. Use its Cache().");
        return data.Count > 0 ? data : throw new InvalidDataException($"Dataset.FromParts: expected samples in part {part}; it is empty.");
    }

    private (Dataset Part, int Index) Find(int index)
    {
        var part = PartOf(index);
        return (parts[part].Value, index - starts.Value[part]);
    }

    private int PartOf(int index)
    {
        var found = Array.BinarySearch(starts.Value, index);
        return found >= 0 ? found : ~found - 1;
    }

    /// <exception cref="InvalidDataException">The parts do not fit.</exception>
    private int[] FindStarts()
    {
        var places = new int[parts.Length + 1];
        for (var part = 0; part < parts.Length; part++)
        {
            RequireLikeFirst(part);
            places[part + 1] = ConcatenatedDataset.Total("Dataset.FromParts", (long)places[part] + parts[part].Value.Count);
        }

        return places;
    }

    private void RequireLikeFirst(int part)
    {
        var (one, other) = (parts[0].Value, parts[part].Value);
        Require(SeveralTensors.Print([.. one.InputShapes]), SeveralTensors.Print([.. other.InputShapes]), "inputs");
        Require(SeveralTensors.Print([.. one.TargetShapes]), SeveralTensors.Print([.. other.TargetShapes]), "targets");
        Require(string.Join(", ", one.ClassNames), string.Join(", ", other.ClassNames), "class names");
        Require(KindOfWeights(one), KindOfWeights(other), "sample weights:");
        if (one.ImageInput is { } input && other.ImageInput is { } given && input.DifferencesFrom(given) is { Count: > 0 } differences)
            throw new InvalidDataException(
                $"Dataset.FromParts: expected images with the same preprocessing; those of parts {first} and {first + part} differ "
                + $"({string.Join("; ", differences)}).");

        void Require(string expected, string found, string what)
        {
            if (found != expected)
                throw new InvalidDataException($"Dataset.FromParts: expected parts with {what} {expected}, as part {first}; part {first + part} has {found}.");
        }

        static string KindOfWeights(Dataset data) => data.IsWeightedByPosition ? "one for each position" : data.IsWeighted ? "one for each sample" : "none";
    }
}
