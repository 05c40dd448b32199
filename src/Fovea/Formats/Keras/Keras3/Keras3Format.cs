namespace Fovea.Formats.Keras;

/// <summary>Keras 3's archive: <c>.keras</c>, also as Keras 2.12 to 2.15 wrote it.</summary>
internal sealed class Keras3Format : ModelFormat
{
    public override string Name => "Keras 3 (.keras)";

    public override IReadOnlyList<string> Extensions => [".keras"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) => start.StartsWith("PK"u8);

    public override Model Read(ModelSource source, LoadReport report) => KerasLoading.LoadArchive(source, report);

    public override void Write(Model model, Stream stream) => KerasSaving.Save(model, stream, TimeProvider.System.GetLocalNow());
}
