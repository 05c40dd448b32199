using System.IO.Compression;
using System.Text;
using Fovea.Formats.FlatBuffers;
using Fovea.Formats.Keras;

namespace Fovea.Formats.Tflite;

/// <summary>
/// What a file says of its use beside the graph: TFLite Metadata, a FlatBuffer within it, says how images become numbers and which file has the names of the
/// classes; such
/// files lie in a zip archive behind the model. Metadata that are damaged are a note, since the network does not need them.
/// </summary>
/// <remarks>TFLite Support, tensorflow_lite_support/metadata/metadata_schema.fbs, 1.1.0.</remarks>
internal sealed class TfliteMetadata
{
    private const string Key = "TFLITE_METADATA";
    private const int AxisLabels = 2;
    private const int Normalization = 1;
    private const long LargestFile = 1 << 22;

    private TfliteMetadata(FlatBufferSource source, long start)
    {
        if (FlatTable.RootOf(source, start).Tables(3).Select(table => (FlatTable?)table).FirstOrDefault() is not { } graph) return;
        if (graph.Tables(2).Take(2).ToList() is [var input])
        {
            foreach (var unit in input.Tables(4))
                if (unit.Byte(0) == Normalization && unit.Table(1) is { } options) (Mean, Deviation) = (options.Floats(0), options.Floats(1));
        }

        if (graph.Tables(3).Take(2).ToList() is [var output])
            Labels = output.Tables(6).Where(file => file.Byte(2) == AxisLabels).Select(file => file.Text(0)).FirstOrDefault();
    }

    private float[]? Mean { get; }

    private float[]? Deviation { get; }

    private string? Labels { get; }

    /// <summary>Gives a model what its file says of its use.</summary>
    public static void Apply(TfliteReader reader, Model model, LoadReport report)
    {
        try
        {
            var metadata = reader.Model.Metadata.TryGetValue(Key, out var place) ? new TfliteMetadata(reader.Source, place.Place) : null;
            if (model.Inputs is [{ Shape: { Rank: 3 } shape }] && shape[2] is 1 or 3 && ScaleOf(reader.Model, metadata, shape[2]) is { } pixels)
            {
                model.ImageInput = new ImageInput(shape[0], shape[1], shape[2]) { Pixels = pixels };
                report.Note($"the numbers of images are, as the file says, {pixels}.");
            }

            if (metadata?.Labels is { } labels) Name(labels, model, report);
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException or ModelFormatException or ArgumentException)
        {
            report.Note($"what the file says of its use is damaged, and was left out: {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>
    /// Which numbers stand for pixels: what the bytes of a quantized input stand for, since these are the pixels themselves; else what the metadata say; null
    /// for an input of
    /// floats of which nothing is said.
    /// </summary>
    private static PixelScale? ScaleOf(TfliteModel file, TfliteMetadata? metadata, int channels)
    {
        var tensor = file.Tensors[file.Inputs.First(input => file.Tensors[input].Data is null)];
        return (tensor.Type, tensor.Quantization) switch
        {
            (TfliteType.UInt8, null) => PixelScale.ZeroTo255,
            (TfliteType.UInt8, { Scales: [> 0 and var scale], Zeros: [var zero] }) => Scale([zero], [1 / scale]),
            (TfliteType.Int8, { Scales: [> 0 and var scale], Zeros: [var zero] }) => Scale([zero + 128], [1 / scale]),
            (TfliteType.Float32, _) => metadata?.Normalized(channels),
            _ => null,
        };
    }

    private PixelScale? Normalized(int channels)
    {
        if (Mean is not { Length: > 0 } mean || Deviation is not { Length: > 0 } deviation) return null;
        var fits = (mean.Length == 1 || mean.Length == channels) && (deviation.Length == 1 || deviation.Length == channels);
        return fits
            ? Scale(mean, deviation)
            : throw new InvalidDataException($"{mean.Length} means and {deviation.Length} deviations are none of {channels} channels");
    }

    /// <summary>(pixel − mean) / deviation, as one of the usual ranges where it is that.</summary>
    private static PixelScale Scale(float[] mean, float[] deviation) => (mean, deviation) switch
    {
        ([0], [> 254.99f and < 255.01f]) => PixelScale.ZeroToOne,
        ([127.5f], [127.5f]) => PixelScale.MinusOneToOne,
        _ => new PixelScale(1, mean, deviation),
    };

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
            report.Note(
                $"'{labels}' has {names.Length} names, which are not those of the "
                + $"outputs {string.Join(" and ", model.Outputs.Select(output => SymbolicTensor.Print(output.Shape)))}.");
        }
    }
}
