using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// A <c>.keras</c> file opened for reading: a zip with <c>metadata.json</c>, <c>config.json</c> and <c>model.weights.h5</c>.
/// Nothing is unpacked to disk, and every size is checked before and during reading.
/// </summary>
internal sealed class KerasArchive : IDisposable
{
    /// <summary>The version of Keras that saved the model, and the date.</summary>
    public const string MetadataName = "metadata.json";

    /// <summary>The layers, and the settings of <c>compile</c>.</summary>
    public const string ConfigName = "config.json";

    /// <summary>The weights, and the optimizer's state.</summary>
    public const string WeightsName = "model.weights.h5";

    /// <summary>The state that Fovea adds and Keras ignores.</summary>
    public const string FoveaName = "fovea.json";

    private readonly Stream stream;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> members;

    private KerasArchive(string path, Stream stream, ZipArchive zip, Dictionary<string, ZipArchiveEntry> members)
    {
        FilePath = path;
        this.stream = stream;
        this.zip = zip;
        this.members = members;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The names of all members, with forward slashes.</summary>
    public IReadOnlyCollection<string> MemberNames => members.Keys;

    /// <summary>Opens an archive and checks its table of contents.</summary>
    /// <exception cref="ModelFormatException">It is not a sound .keras file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static KerasArchive Open(string path) => Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), path);

    /// <summary>Opens an archive on a stream, which it then owns.</summary>
    /// <exception cref="ModelFormatException">It is not a sound .keras file.</exception>
    public static KerasArchive Open(Stream stream, string path)
    {
        try
        {
            var zip = ZipMember.Guard(path, "it is not a readable zip archive, as a .keras file is",
                () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false));
            var members = ZipMember.Guard(path, "its table of contents is damaged", () => ZipMember.Index(path, zip));
            var archive = new KerasArchive(path, stream, zip, members);
            archive.RequireMembers();
            return archive;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads <c>metadata.json</c>.</summary>
    public KerasMetadata ReadMetadata()
    {
        var json = ReadJson(MetadataName)!;
        return new KerasMetadata(json.TextOrNull("keras_version") ?? "", json.TextOrNull("date_saved") ?? "");
    }

    /// <summary>Reads <c>config.json</c>.</summary>
    public JsonObject ReadConfig() => ReadJson(ConfigName)!;

    /// <summary>Reads <c>config.json</c> as a description of layers and their connections.</summary>
    public ModelDescription ReadModel() => KerasJson.ParseModel(ReadConfig(), FilePath);

    /// <summary>
    /// Opens the weights, which must be disposed before the archive. Keras stores them without compression, and they stay in the file until they are
    /// read. A compressed member is held in memory.
    /// </summary>
    public WeightsFile OpenWeights()
    {
        var entry = members[WeightsName];
        var stored = ZipMember.Guard(FilePath, $"its member '{WeightsName}' is damaged", () => ZipMember.OpenStored(stream, entry));
        return WeightsFile.Open(stored ?? new MemoryStream(ZipMember.Read(FilePath, entry, Array.MaxLength), writable: false), FilePath);
    }

    /// <summary>Reads <c>fovea.json</c>; null for a file by another program.</summary>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    public FoveaState? ReadFoveaState(LoadReport report) => ReadJson(FoveaName) is { } json ? FoveaState.Parse(json, report) : null;

    /// <summary>Reads a member that is a JSON object; null if there is no member of that name.</summary>
    public JsonObject? ReadJson(string name) =>
        ReadMember(name, JsonText.MaximumBytes) is { } bytes ? JsonText.ParseObject(bytes, FilePath, name) : null;

    /// <summary>Reads a whole member of at most <paramref name="limit"/> bytes; null if there is no member of that name.</summary>
    public byte[]? ReadMember(string name, long limit) =>
        members.TryGetValue(name, out var entry) ? ZipMember.Read(FilePath, entry, limit) : null;

    /// <inheritdoc/>
    public void Dispose() => zip.Dispose();

    private void RequireMembers()
    {
        foreach (var name in (string[])[MetadataName, ConfigName, WeightsName])
        {
            if (members.ContainsKey(name)) continue;
            var instead = name == WeightsName && members.ContainsKey("model.weights.npz") ? "; weights as .npz are not supported, save them as .h5" : "";
            throw ModelFormatException.About(FilePath, $"expected the member '{name}' of a .keras file; received {ZipMember.List(members.Keys)}{instead}.");
        }
    }
}
