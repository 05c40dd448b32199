namespace Fovea.Formats.Keras;

/// <summary>A whole model in HDF5, as Keras 1 and 2 wrote it and Keras 3 writes it still: <c>.h5</c>.</summary>
internal sealed class LegacyKerasFormat : ModelFormat
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    public override string Name => "Keras HDF5 (.h5)";

    public override IReadOnlyList<string> Extensions => [".h5", ".hdf5"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) =>
        start.StartsWith(Signature) || Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    public override Model Read(string path, LoadReport report) => KerasLoading.LoadLegacy(path, report);
}
