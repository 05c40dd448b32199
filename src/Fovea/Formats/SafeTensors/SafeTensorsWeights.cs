namespace Fovea.Formats.SafeTensors;

/// <summary>Weights in <c>.safetensors</c>, by anyone; their names and shapes say where they go.</summary>
internal sealed class SafeTensorsWeights : WeightFormat
{
    private static readonly SafeTensorsFormat Whole = new();

    public override string Name => Whole.Name;

    public override IReadOnlyList<string> Extensions => Whole.Extensions;

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) => Whole.Recognizes(start, path);

    public override void Read(Model model, string path, WeightMatching matching, LoadReport report) => SafeTensorsFormat.ReadWeights(model, path, report);

    public override void Write(Model model, string path) => Whole.Write(model, path);
}
