using System.IO.Compression;
using System.Text;
using Fovea.Formats.FlatBuffers;
using Fovea.Formats.Keras;

namespace Fovea.Formats.Tflite;

/// <summary>
/// TFLite Metadata, a FlatBuffer in the file. It contains the normalization of images and the name of the label file, which lists the names of the classes. The
/// label file is in a zip archive after the model. Damaged metadata cause a note instead of an error, because the network does not need them.
/// </summary>
/// <remarks>TFLite Support, tensorflow_lite_support/metadata/metadata_schema.fbs, 1.1.0.</remarks>
internal sealed class TfliteMetadata
{
    private const string Key = "TFLITE_METADATA";
    private const int AxisLabels = 2;
    private const int Normalization = 1;
    private const long MaxFileBytes = 1 << 22;

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

    /// <summary>Applies the metadata to a model.</summary>
    public static void Apply(TfliteReader reader, Model model, LoadReport report)
    {
        try
        {
            var metadata = reader.Model.Metadata.TryGetValue(Key, out var position) ? new TfliteMetadata(reader.Source, position.Position) : null;
            if (model.Inputs is [{ Shape: { Rank: 3 } shape }] && shape[2] is 1 or 3 && ScaleOf(reader.Model, metadata, shape[2]) is { } pixels)
            {
                model.ImageInput = new ImageInput(shape[0], shape[1], shape[2]) { Pixels = pixels };
                report.Note($"the file has the pixel scale {pixels}.");
            }

            if (metadata?.Labels is { } labels) Name(labels, model, report);
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException or ModelFormatException or ArgumentException)
        {
            report.Note($"the metadata of the file are damaged and were ignored: {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>
    /// The scale of pixels. The bytes of a quantized input are pixels, so its quantization is the scale. For an input of floats it is in the metadata; null if
    /// they lack it.
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
            : throw new InvalidDataException($"{mean.Length} means and {deviation.Length} deviations do not fit {channels} channels");
    }

    /// <summary>(pixel − mean) / deviation, as one of the named scales if it equals one.</summary>
    private static PixelScale Scale(float[] mean, float[] deviation) => (mean, deviation) switch
    {
        ([0], [> 254.99f and < 255.01f]) => PixelScale.ZeroToOne,
        ([127.5f], [127.5f]) => PixelScale.MinusOneToOne,
        _ => new PixelScale(1, mean, deviation),
    };

    private static void Name(string labels, Model model, LoadReport report)
    {
        using var stream = File.OpenRead(report.FilePath);
        var members = ZipMember.Guard(report.FilePath, "the archive after the model is damaged", () =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return ZipMember.Index(report.FilePath, zip).TryGetValue(labels, out var entry) ? ZipMember.Read(report.FilePath, entry, MaxFileBytes) : null;
        });
        if (members is null)
        {
            report.Note($"the names of the classes are in '{labels}', which the file does not contain.");
            return;
        }

        string[] names = [.. Encoding.UTF8.GetString(members).TrimStart('\uFEFF').TrimEnd('\r', '\n').Split('\n').Select(line => line.TrimEnd('\r'))];
        if (model.Outputs is [{ Shape: { Rank: 1 } scores }] && scores[0] == names.Length)
        {
            model.ClassNames = names;
            report.Note($"the names of the {names.Length} classes are those in '{labels}'.");
        }
        else
        {
            report.Note(
                $"'{labels}' has {names.Length} names, which do not fit the "
                + $"outputs {string.Join(" and ", model.Outputs.Select(output => SymbolicTensor.Print(output.Shape)))}.");
        }
    }
}
