using System.Text.Json;
using System.Text.Json.Serialization;
using Fovea.Formats;

namespace Fovea.Imaging;

/// <summary>The list of moved files, by which they are moved back.</summary>
/// <param name="Format">The name of the format.</param>
/// <param name="Files">The files.</param>
internal sealed record QuarantineList(string Format, IReadOnlyList<MovedFile> Files)
{
    private const string Known = "fovea-quarantine-1";

    public static QuarantineList Of(IEnumerable<MovedFile> files) => new(Known, [.. files]);

    /// <summary>Reads a list.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no such list.</exception>
    public static QuarantineList Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"Quarantine: expected a list of moved files (undo.json); '{path}' does not exist.", path);
        QuarantineList? list = null;
        try
        {
            list = JsonSerializer.Deserialize(File.ReadAllBytes(path), QuarantineJson.Default.QuarantineList);
        }
        catch (JsonException)
        {
            // Reported below, as a file of another format.
        }

        return list is { Format: Known, Files: not null } && list.Files.All(file => Path.IsPathFullyQualified(file.From) && Path.IsPathFullyQualified(file.To))
            ? list
            : throw new InvalidDataException($"Quarantine: expected a list of moved files that Fovea wrote (undo.json); '{path}' is another file.");
    }

    /// <summary>Writes the list, completely or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, QuarantineJson.Default.QuarantineList));
}

/// <summary>A file that is moved.</summary>
/// <param name="From">Its full path in the data set.</param>
/// <param name="To">Its full path in the quarantine.</param>
internal sealed record MovedFile(string From, string To);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(QuarantineList))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
