using Fovea.Formats.Keras;
using Fovea.Formats.SafeTensors;
using Fovea.Formats.TensorFlowJs;

namespace Fovea.Formats;

/// <summary>The formats of model files: which one a file has, and which one a name asks for.</summary>
internal static class ModelFormats
{
    /// <summary>All formats, in the order in which they are asked whether a file is theirs.</summary>
    public static IReadOnlyList<ModelFormat> All { get; } = [new Keras3Format(), new LegacyKerasFormat(), new SafeTensorsFormat(), new LayersModelFormat(), new Tflite.TfliteFormat(), new Onnx.OnnxFormat()];

    /// <summary>Reads a model, whatever the name of the file: its first bytes say what it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">What became of its tensors.</param>
    /// <param name="inputShape">The shape of one sample, for sizes that the file leaves open; null where it leaves none.</param>
    public static Model Read(string path, out LoadReport report, Shape? inputShape = null)
    {
        report = new LoadReport(path) { InputShape = inputShape };
        var start = ForeignFiles.Refuse(path);
        var format = All.FirstOrDefault(format => format.Recognizes(start, path))
            ?? throw ModelFormatException.About(path, ForeignFiles.DescribeName(path) ?? $"expected a model file; its first bytes are of none of {string.Join(", ", All.Select(known => known.Name))}.");
        report.Format = format.Name;
        try
        {
            return format.Read(path, report);
        }
        catch (Exception error) when (error is ShapeException or ArgumentException or KeyNotFoundException or ModelFormatException)
        {
            var isWhole = error is ModelFormatException && error.Message.StartsWith('\'');
            if (isWhole && !report.TakesInputShape) throw;
            var sentence = isWhole ? error.Message[(error.Message.IndexOf("': ", StringComparison.Ordinal) + "': ".Length)..] : error.Message;
            var given = report.TakesInputShape ? $" The input shape {inputShape} was given, which may not fit this model." : "";
            throw ModelFormatException.About(path, $"{sentence}{given}", error);
        }
    }

    /// <summary>The format that a file's name asks for; Keras 3 for a name that asks for none.</summary>
    public static ModelFormat ForWriting(string path) =>
        All.FirstOrDefault(format => format.Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))) ?? All[0];
}
