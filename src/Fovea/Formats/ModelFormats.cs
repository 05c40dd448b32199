using Fovea.Formats.Keras;
using Fovea.Formats.SafeTensors;
using Fovea.Formats.TensorFlowJs;

namespace Fovea.Formats;

/// <summary>The formats of model files: finds the format of a file, and the one to write for a name.</summary>
internal static class ModelFormats
{
    /// <summary>All formats, in the order in which they try to recognize a file.</summary>
    public static IReadOnlyList<ModelFormat> All { get; } =
        [new Keras3Format(), new KerasHdf5Format(), new SafeTensorsFormat(), new LayersModelFormat(), new Tflite.TfliteFormat(), new Onnx.OnnxFormat()];

    /// <summary>Reads a model. The first bytes of the file decide its format; the name hardly matters.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The outcome for each tensor.</param>
    /// <param name="inputShape">The shape of one sample, for the sizes that the file leaves open; null if it leaves none open.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Model Read(string path, out LoadReport report, Shape? inputShape = null, CancellationToken cancellationToken = default)
    {
        using var source = ModelSource.Open(path, cancellationToken);
        return Read(source, out report, inputShape);
    }

    /// <summary>Reads a model from a file or a stream.</summary>
    public static Model Read(ModelSource source, out LoadReport report, Shape? inputShape = null)
    {
        var operation = Operation.Begin("fovea.load", model: "");
        operation.Set("file.path", source.Name);
        try
        {
            report = new LoadReport(source.Name) { InputShape = inputShape };
            var model = Read(source, report, inputShape);
            operation.Set("fovea.file.format", report.Format);
            operation.Set(Telemetry.ModelName, model.Name);
            operation.End();
            return model;
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }
    }

    private static Model Read(ModelSource source, LoadReport report, Shape? inputShape)
    {
        var format = Of(ForeignFiles.Refuse(source), source.Name);
        report.Format = format.Name;
        try
        {
            return format.Read(source, report);
        }
        catch (Exception error) when (error is ArgumentException or KeyNotFoundException or ModelFormatException)
        {
            if (error is ModelFormatException { FilePath: not null } && !report.TakesInputShape) throw;
            var sentence = error is ModelFormatException known ? known.Sentence : error.Sentence();
            var given = report.TakesInputShape ? $" The input shape {inputShape} was given, which may not fit this model."
                : report.OpenInput is { } open && error is ShapeException ? $" {char.ToUpperInvariant(open[0])}{open[1..]}." : "";
            throw ModelFormatException.About(source.Name, $"{sentence}{given}", error);
        }
    }

    /// <summary>Requires first bytes that a format recognizes.</summary>
    /// <exception cref="ModelFormatException">No format recognizes them.</exception>
    public static void RequireKnown(byte[] start, string name)
    {
        ForeignFiles.Refuse(start, name);
        Of(start, name);
    }

    /// <summary>The format of a file, from its first bytes and its name.</summary>
    /// <exception cref="ModelFormatException">No format recognizes the file.</exception>
    public static ModelFormat Of(byte[] start, string name) => All.FirstOrDefault(format => format.Recognizes(start, name))
        ?? throw ForeignFiles.Unknown(name, "a model file", All.Select(known => known.Name));

    /// <summary>The format for a value of the enumeration.</summary>
    public static ModelFormat Of(ModelFileFormat format) => format switch
    {
        ModelFileFormat.Keras => ForWriting(".keras"),
        ModelFileFormat.KerasHdf5 => ForWriting(".h5"),
        ModelFileFormat.SafeTensors => ForWriting(".safetensors"),
        ModelFileFormat.TensorFlowJs => ForWriting(".json"),
        ModelFileFormat.Onnx => ForWriting(".onnx"),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "expected a format of ModelFileFormat."),
    };

    /// <summary>The format to write for the extension of a file; Keras 3 for any other extension.</summary>
    public static ModelFormat ForWriting(string path) =>
        All.FirstOrDefault(format => format.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))) ?? All[0];
}
