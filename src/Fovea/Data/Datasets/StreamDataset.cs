namespace Fovea;

/// <summary>
/// Samples that are read one after the other, from the beginning in each pass. Shapes and weights are those of the first sample. If they are needed before a
/// pass, the first sample is read, and the next pass begins with it: an enumerator that can be used only once loses nothing.
/// </summary>
internal sealed class StreamDataset : Dataset
{
    private readonly Func<CancellationToken, IEnumerable<Sample>> samples;
    private readonly Func<SampleForm, SampleForm> describe;
    private readonly Dataset[] sources;
    private readonly Lock gate = new();
    private SampleForm? form;
    private StreamPass? begun;

    /// <param name="samples">Begins a pass.</param>
    /// <param name="describe">Adds class names and preprocessing to the form of the first sample, once it was read.</param>
    /// <param name="sources">The data sets that a pass reads, which are closed with this one.</param>
    public StreamDataset(
        Func<CancellationToken, IEnumerable<Sample>> samples, Func<SampleForm, SampleForm> describe, params ReadOnlySpan<Dataset> sources)
    {
        this.samples = samples;
        this.describe = describe;
        this.sources = sources.ToArray();
    }

    public override int Count => throw new InvalidOperationException(
        "Dataset: the number of samples of a stream is not known. Cache() reads a stream into memory; Fit takes stepsPerEpoch.");

    public override Shape InputShape => SeveralTensors.RowShape(InputShapes);

    public override Shape TargetShape => SeveralTensors.RowShape(TargetShapes);

    public override IReadOnlyList<Shape> InputShapes => Form.Inputs;

    public override IReadOnlyList<Shape> TargetShapes => Form.Targets;

    public override bool IsWeighted => Form.IsWeighted;

    public override bool IsWeightedByPosition => Form.IsWeightedByPosition;

    public override IReadOnlyList<string> ClassNames => Form.ClassNames;

    public override ImageInput? ImageInput => Form.ImageInput;

    internal override bool IsRead => form is not null;

    internal override int WeightCount => Form.WeightCount;

    /// <summary>What is known of all samples. The first one is read for it.</summary>
    /// <exception cref="InvalidOperationException">The stream has no sample.</exception>
    private SampleForm Form
    {
        get
        {
            lock (gate)
            {
                if (form is not null) return form;
                var pass = new StreamPass(samples);
                try
                {
                    if (!pass.MoveNext()) throw new InvalidOperationException("Dataset: expected at least one sample; the stream is empty.");
                    form = describe(SampleForm.Of(pass.Current));
                    begun = pass.Again();
                    return form;
                }
                finally
                {
                    if (begun != pass) pass.Dispose();
                }
            }
        }
    }

    /// <summary>A stream made of this one.</summary>
    /// <param name="change">Makes the samples of a pass from those of this stream.</param>
    /// <param name="newForm">Returns class names and preprocessing; null if they stay.</param>
    public StreamDataset With(Func<IEnumerable<Sample>, IEnumerable<Sample>> change, Func<SampleForm, SampleForm>? newForm = null) =>
        new(token => change(Samples(token)), newForm ?? (form => form with { ClassNames = ClassNames, ImageInput = ImageInput }), this);

    /// <summary>The samples of one pass.</summary>
    /// <param name="cancellationToken">Cancels the user's enumerator, if that is asynchronous.</param>
    /// <exception cref="InvalidDataException">A sample is not like the first one; the message names it.</exception>
    public IEnumerable<Sample> Samples(CancellationToken cancellationToken)
    {
        var expected = Form;
        using var pass = Interlocked.Exchange(ref begun, null) ?? new StreamPass(samples);
        using var registration = cancellationToken.Register(pass.Cancel);
        for (var index = 0; pass.MoveNext(); index++)
        {
            expected.Require(pass.Current, index, "Dataset");
            yield return pass.Current;
        }
    }

    public override IEnumerator<Sample> GetEnumerator() => Samples(CancellationToken.None).GetEnumerator();

    public override void Read(int index, Span<float> input, Span<float> target) => RequireIndexed(nameof(Read));

    internal override void Close()
    {
        Interlocked.Exchange(ref begun, null)?.Dispose();
        foreach (var source in sources) source.Close();
    }
}
