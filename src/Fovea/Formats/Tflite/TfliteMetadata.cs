using System.IO.Compression;
using System.Text;
using Fovea.Formats.FlatBuffers;
using Fovea.Formats.Keras;

namespace Fovea.Formats.Tflite;

/// <summary>
/// What a file says of its use beside the graph: TFLite Metadata, a FlatBuffer within it, says which file has the names of the classes; such
/// files lie in a zip archive behind the model. Metadata that are damaged are a note, since the network does not need them.
/// </summary>
/// <remarks>TFLite Support, tensorflow_lite_support/metadata/metadata_schema.fbs, 1.1.0.</remarks>
internal sealed class TfliteMetadata
{
    private const string Key = "TFLITE_METADATA";
    private const int AxisLabels = 2;
    private const long LargestFile = 1 << 22;

    private TfliteMetadata(FlatBufferSource source, long start)
    {
        if (FlatTable.RootOf(source, start).Tables(3).Select(table => (FlatTable?)table).FirstOrDefault() is not { } graph) return;
        if (graph.Tables(3).Take(2).ToList() is [var output]) Labels = output.Tables(6).Where(file => file.Byte(2) == AxisLabels).Select(file => file.Text(0)).FirstOrDefault();
    }

    private string? Labels { get; }

    /// <summary>Gives a model what its file says of its use.</summary>
    public static void Apply(TfliteReader reader, Model model, LoadReport report)
    {
        try
        {
            var metadata = reader.Model.Metadata.TryGetValue(Key, out var place) ? new TfliteMetadata(reader.Source, place.Place) : null;
            if (metadata?.Labels is { } labels) Name(labels, model, report);
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException or ModelFormatException or ArgumentException)
        {
            report.Note($"what the file says of its use is damaged, and was left out: {error.Message.TrimEnd('.')}.");
        }
    }

    private static void Name(string labels, Model model, LoadReport report)
    {
        using var stream = File.OpenRead(report.FilePath);
        var members = ZipMember.Guard(report.FilePath, "the archive behind the model is damaged", () =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return ZipMember.Index(report.FilePath, zip).TryGetValue(labels, out var entry) ? ZipMember.Read(report.FilePath, entry, LargestFile) : null;
        });
        if (members is null)
        {
            report.Note($"the names of the classes are said to be in '{labels}', which the file does not hold.");
            return;
        }

        string[] names = [.. Encoding.UTF8.GetString(members).TrimStart('\uFEFF').TrimEnd('\r', '\n').Split('\n').Select(line => line.TrimEnd('\r'))];
        if (model.Outputs is [{ Shape: { Rank: 1 } scores }] && scores[0] == names.Length)
        {
            model.ClassNames = names;
            report.Note($"the names of the {names.Length} classes are those of '{labels}'.");
        }
        else
        {
            report.Note($"'{labels}' has {names.Length} names, which are not those of the outputs {string.Join(" and ", model.Outputs.Select(output => SymbolicTensor.Print(output.Shape)))}.");
        }
    }
}
