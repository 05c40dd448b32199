namespace Fovea.Formats.Tflite;

/// <summary>TensorFlow Lite, also called LiteRT, <c>.tflite</c>: networks converted for phones and small devices.</summary>
internal sealed class TfliteFormat : ModelFormat
{
    private const int IdentifierPlace = 4;

    public override string Name => "TensorFlow Lite (.tflite)";

    public override IReadOnlyList<string> Extensions => [".tflite"];

    public override bool CanWrite => false;

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) =>
        (start.Length >= 8 && start.Slice(IdentifierPlace, 4).SequenceEqual(TfliteReader.Identifier))
            || path.EndsWith(Extensions[0], StringComparison.OrdinalIgnoreCase);

    public override Model Read(ModelSource source, LoadReport report)
    {
        var reader = TfliteReader.Open(source);
        report.WrittenBy = reader.Model.Description.Replace(" Converted.", "", StringComparison.Ordinal).Trim();
        var model = OpenImport.Run(report, each => new TfliteImport(reader, each).Run());
        TfliteMetadata.Apply(reader, model, report);
        return model;
    }
}
