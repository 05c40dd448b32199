namespace Fovea.Formats.SafeTensors;

/// <summary>Weights in <c>.safetensors</c>, whichever program wrote them. They are matched with the layers by name and shape.</summary>
internal sealed class SafeTensorsWeights : WeightFormat
{
    private static readonly SafeTensorsFormat Whole = new();

    public override string Name => Whole.Name;

    public override IReadOnlyList<string> Extensions => Whole.Extensions;

    public override bool Recognizes(ReadOnlySpan<byte> start, ModelSource source) => Whole.Recognizes(start, source.Name);

    public override void Read(Model model, ModelSource source, WeightMatching matching, LoadReport report) =>
        SafeTensorsFormat.ReadWeights(model, source, report);

    public override void Write(Model model, Stream stream) => Whole.Write(model, stream);
}
