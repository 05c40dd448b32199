namespace Fovea.Formats;

/// <summary>A file format of models or of weights, for instance for the filter of a file dialog.</summary>
/// <param name="Name">Its name, such as <c>Keras 3 (.keras)</c>.</param>
/// <param name="Extensions">The extensions of its files, the usual one first.</param>
/// <param name="CanWrite">Whether Fovea also writes it.</param>
public sealed record FileFormat(string Name, IReadOnlyList<string> Extensions, bool CanWrite)
{
    /// <summary>Gets the formats of whole models, which <see cref="Model.Load(string, CancellationToken)"/> reads.</summary>
    public static IReadOnlyList<FileFormat> OfModels { get; } =
        [.. ModelFormats.All.Select(format => new FileFormat(format.Name, format.Extensions, format.CanWrite))];

    /// <summary>Gets the formats of weights alone, which <c>Model.LoadWeights</c> reads and <c>Model.SaveWeights</c> writes.</summary>
    public static IReadOnlyList<FileFormat> OfWeights { get; } =
        [.. WeightFormats.All.Select(format => new FileFormat(format.Name, format.Extensions, CanWrite: true))];

    /// <summary>Whether a path ends in one of the <see cref="Extensions"/>, letter case aside.</summary>
    /// <param name="path">The path or name of a file.</param>
    public bool Matches(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
    }
}
