namespace Fovea;

/// <summary>Samples that a function computes, by index. The first one tells the shapes of all, once these are needed.</summary>
#pragma warning disable CA1001 // The values of threads are freed with the data set; it has nothing else to dispose.
internal sealed class ComputedDataset : Dataset
#pragma warning restore CA1001
{
    private readonly Func<int> count;
    private readonly Func<int, Sample> compute;
    private readonly string subject;
    private readonly Lazy<SampleForm> form;

    /// <summary>The last sample that each thread has read, for its weights, which are asked for after it was read.</summary>
    private readonly ThreadLocal<(int Index, Sample Sample)?> last = new();

    /// <param name="count">Returns the number of samples.</param>
    /// <param name="compute">Computes the sample of an index. Several threads call it at once.</param>
    /// <param name="form">Reads what all samples have in common.</param>
    /// <param name="subject">The name of the operation, for messages.</param>
    public ComputedDataset(Func<int> count, Func<int, Sample> compute, Func<SampleForm> form, string subject)
    {
        (this.count, this.compute, this.subject) = (count, compute, subject);
        this.form = new(form, LazyThreadSafetyMode.PublicationOnly);
    }

    public override int Count => count();

    public override Shape InputShape => SeveralTensors.RowShape(InputShapes);

    public override Shape TargetShape => SeveralTensors.RowShape(TargetShapes);

    public override IReadOnlyList<Shape> InputShapes => form.Value.Inputs;

    public override IReadOnlyList<Shape> TargetShapes => form.Value.Targets;

    public override bool IsWeighted => form.Value.IsWeighted;

    public override bool IsWeightedByPosition => form.Value.IsWeightedByPosition;

    public override IReadOnlyList<string> ClassNames => form.Value.ClassNames;

    public override ImageInput? ImageInput => form.Value.ImageInput;

    internal override bool IsRead => form.IsValueCreated;

    internal override int WeightCount => form.Value.WeightCount;

    public override void Read(int index, Span<float> input, Span<float> target)
    {
        var sample = SampleAt(index);
        SeveralTensors.Join(sample.Inputs, input);
        SeveralTensors.Join(sample.Targets, target);
        if (IsWeighted) last.Value = (index, sample);
    }

    public override void ReadTarget(int index, Span<float> target) => SeveralTensors.Join(SampleAt(index).Targets, target);

    public override float Weight(int index, ReadOnlySpan<float> target) => SampleForm.WeightOf(Last(index));

    public override void Weights(int index, ReadOnlySpan<float> target, Span<float> weights) => SampleForm.CopyWeights(Last(index), weights, index);

    internal override Sample SampleAt(int index)
    {
        var sample = compute(index);
        form.Value.Require(sample, index, subject);
        return sample;
    }

    private Sample Last(int index) => last.Value is { } pair && pair.Index == index ? pair.Sample : SampleAt(index);
}
