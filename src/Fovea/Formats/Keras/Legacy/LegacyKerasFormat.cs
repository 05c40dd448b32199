using Fovea.Formats.Hdf5;

namespace Fovea.Formats.Keras;

/// <summary>A whole model in HDF5, as Keras 1 and 2 wrote it and Keras 3 writes it still: <c>.h5</c>.</summary>
internal sealed class LegacyKerasFormat : ModelFormat
{
    public override string Name => "Keras HDF5 (.h5)";

    public override IReadOnlyList<string> Extensions => [".h5", ".hdf5"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) =>
        Hdf5Reader.IsSignature(start) || Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    public override Model Read(ModelSource source, LoadReport report) => KerasLoading.LoadLegacy(source, report);

    public override void Write(Model model, Stream stream) => LegacySaving.Save(model, stream);
}
