namespace Fovea;

/// <summary>What all samples of a data set have in common: shapes and weights, class names and preprocessing.</summary>
internal sealed record SampleForm(IReadOnlyList<Shape> Inputs, IReadOnlyList<Shape> Targets)
{
    /// <summary>The number of weights of a sample: 0 for none, 1, or one for each position.</summary>
    public int WeightCount { get; init; }

    public bool IsWeighted => WeightCount > 0;

    public bool IsWeightedByPosition => WeightCount > 1;

    public IReadOnlyList<string> ClassNames { get; init; } = [];

    public ImageInput? ImageInput { get; init; }

    /// <summary>The form of a sample.</summary>
    public static SampleForm Of(Sample sample) => new(SeveralTensors.Shapes(sample.Inputs), SeveralTensors.Shapes(sample.Targets))
    {
        WeightCount = sample.Weights?.Values.Length ?? 0,
    };

    /// <summary>
    /// The form of the samples that a map returns, found by mapping the first. If it returns the target that it was given, the class names are kept; if it
    /// returns the input that it was given, the preprocessing is. Otherwise they may no longer be true.
    /// </summary>
    /// <param name="source">The data set that is mapped.</param>
    /// <param name="first">Its first sample.</param>
    /// <param name="map">The map.</param>
    public static SampleForm OfMap(Dataset source, Sample first, Func<Sample, int, Sample> map)
    {
        var mapped = Map(first, 0, map);
        return Of(mapped).KeptFrom(source, first, mapped);
    }

    /// <summary>The form of mapped samples with the class names and the preprocessing that a map keeps.</summary>
    /// <param name="source">The data set that is mapped.</param>
    /// <param name="before">A sample of it.</param>
    /// <param name="after">The mapped sample.</param>
    public SampleForm KeptFrom(Dataset source, Sample before, Sample after) => this with
    {
        ClassNames = after.Targets.SequenceEqual(before.Targets, ReferenceEqualityComparer.Instance) ? source.ClassNames : [],
        ImageInput = after.Inputs.SequenceEqual(before.Inputs, ReferenceEqualityComparer.Instance) ? source.ImageInput : null,
    };

    /// <summary>Maps a sample. It keeps its weights if the map returns none.</summary>
    /// <exception cref="InvalidDataException">The map returned null, or it failed; its exception is the cause.</exception>
    public static Sample Map(Sample sample, int index, Func<Sample, int, Sample> map)
    {
        Sample? mapped;
        try
        {
            mapped = map(sample, index);
        }
        catch (Exception error) when (SampleFailure.IsReported(error))
        {
            throw SampleFailure.Of("Select", index, error);
        }

        if (mapped is null) throw new InvalidDataException($"Select: expected a sample as the result of the map; it returned null for sample {index}.");
        return mapped.Weights is null && sample.Weights is not null ? mapped with { Weights = sample.Weights } : mapped;
    }

    /// <summary>Requires a sample like the first one.</summary>
    /// <exception cref="InvalidDataException">The sample has other shapes, or weights where the first has none.</exception>
    public void Require(Sample sample, int index, string subject)
    {
        SeveralTensors.RequireShapes(sample.Inputs, Inputs, subject, "input", index);
        SeveralTensors.RequireShapes(sample.Targets, Targets, subject, "target", index);
        if (sample.Weights is not null && !IsWeighted)
            throw new InvalidDataException($"{subject}: expected samples without weights, since the first has none; sample {index} has weights.");
    }

    /// <summary>The weight of a sample; 1 if it has none.</summary>
    public static float WeightOf(Sample sample) => sample.Weights switch
    {
        null => 1,
        { Values: [var only] } => only,
        var weights => throw new InvalidDataException($"Dataset: expected one weight for a sample; received {weights.Values.Length}."),
    };

    /// <summary>Copies the weights of the positions of a sample. A single weight is that of all positions.</summary>
    /// <exception cref="InvalidDataException">There are others than one for each position.</exception>
    public static void CopyWeights(Sample sample, Span<float> weights, int index)
    {
        if (sample.Weights is not { Values: { Length: > 1 } values }) weights.Fill(WeightOf(sample));
        else if (values.Length == weights.Length) values.CopyTo(weights);
        else throw new InvalidDataException($"Sample {index}: expected {weights.Length} weights, one for each position; received {values.Length}.");
    }
}
