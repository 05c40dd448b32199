using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Writes <c>.keras</c> files as Keras does: the members metadata, config and weights, in this order and without compression. Equal input gives equal
/// bytes, except for the date of saving.
/// </summary>
internal static class KerasArchiveWriter
{
    /// <summary>The version of Keras whose format is written, for <c>metadata.json</c>.</summary>
    public const string KerasVersion = "3.14.0";

    // The earliest time that a zip can store. The date of saving is in the metadata.
    private static readonly DateTimeOffset MemberTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a file completely or not at all.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="config">The content of <c>config.json</c>, as of <see cref="KerasJson.ToJson(ModelDescription)"/>.</param>
    /// <param name="weights">The groups of variables; see <see cref="WeightPaths"/> for their paths.</param>
    /// <param name="savedAt">The date of saving, in the time zone to write.</param>
    /// <param name="own">The content of <c>fovea.json</c>, or null for none.</param>
    /// <exception cref="IOException">The file cannot be written; an old file is then intact.</exception>
    public static void Write(string path, JsonObject config, IEnumerable<WeightGroup> weights, DateTimeOffset savedAt, JsonObject? own = null) =>
        AtomicFile.Write(path, stream => Write(stream, config, weights, savedAt, own));

    /// <summary>Like <see cref="Write(string, JsonObject, IEnumerable{WeightGroup}, DateTimeOffset, JsonObject?)"/>, to a stream.</summary>
    public static void Write(Stream stream, JsonObject config, IEnumerable<WeightGroup> weights, DateTimeOffset savedAt, JsonObject? own = null)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        AddJson(zip, KerasArchive.MetadataName, new JsonObject
        {
            ["keras_version"] = KerasVersion,
            ["date_saved"] = savedAt.ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture),
        });
        AddJson(zip, KerasArchive.ConfigName, config);
        using (var member = Create(zip, KerasArchive.WeightsName)) WeightsWriter.Write(member, weights);
        if (own is not null) AddJson(zip, KerasArchive.FoveaName, own);
    }

    private static void AddJson(ZipArchive zip, string name, JsonObject json)
    {
        using var member = Create(zip, name);
        member.Write(JsonText.ToUtf8(json));
    }

    private static Stream Create(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = MemberTime;
        return entry.Open();
    }
}
