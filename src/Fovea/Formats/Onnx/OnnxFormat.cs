using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Onnx;

/// <summary>ONNX, <c>.onnx</c>: models of any framework as a graph of operators.</summary>
internal sealed class OnnxFormat : ModelFormat
{
    /// <summary>The key of the names of the classes in the metadata, a list in JSON.</summary>
    public const string ClassNamesKey = "fovea.class_names";
    public const string LabelThresholdsKey = "fovea.label_thresholds";
    public const string ValueNamesKey = "fovea.value_names";

    /// <summary>The key of the <see cref="ImageInput"/> in the metadata, an object in JSON.</summary>
    public const string ImageInputKey = "fovea.image_input";

    /// <summary>The key of the <see cref="OutputKind"/> in the metadata, a text in JSON.</summary>
    public const string OutputKindKey = "fovea.output_kind";

    /// <summary>The key of <see cref="Model.Temperature"/> in the metadata, a number in JSON.</summary>
    public const string TemperatureKey = "fovea.temperature";

    public override string Name => "ONNX (.onnx)";

    public override IReadOnlyList<string> Extensions => [".onnx"];

    // A protocol buffer has no signature. The first field of a model is its version, a small integer.
    public override bool Recognizes(ReadOnlySpan<byte> start, string path) =>
        path.EndsWith(Extensions[0], StringComparison.OrdinalIgnoreCase)
            || (start.Length > 2 && start[0] == 8 && start[1] is > 0 and < 32 && (start[2] & 7) == 2);

    public override Model Read(ModelSource source, LoadReport report)
    {
        var path = source.Name;
        using var reader = OnnxReader.Open(source);
        report.WrittenBy = $"{reader.Model.ProducerName} {reader.Model.ProducerVersion}".Trim();
        var model = OpenImport.Run(report, each => new OnnxImport(reader.Model, each).Run());
        var metadata = reader.Model.Metadata;
        if (metadata.TryGetValue(ClassNamesKey, out var text))
            model.ClassNames = NamesOf(text) ?? throw ModelFormatException.About(path, $"expected a list of texts for '{ClassNamesKey}'; received {text}.");
        model.SetServing(
            ImageInputJson.Read(Parse(metadata, ImageInputKey, path), report),
            ImageInputJson.ReadOutputKind(Parse(metadata, OutputKindKey, path), report), path);
        model.Temperature = ImageInputJson.ReadTemperature(Parse(metadata, TemperatureKey, path), report);
        string[] values = metadata.TryGetValue(ValueNamesKey, out var list)
            ? NamesOf(list) ?? throw ModelFormatException.About(path, $"expected a list of texts for '{ValueNamesKey}'; received {list}.")
            : [];
        model.SetTask(ImageInputJson.ReadThresholds(Parse(metadata, LabelThresholdsKey, path), report), values, path);
        return model;
    }

    public override void Write(Model model, Stream stream) => OnnxWriter.Write(OnnxExport.Run(model), stream);

    private static JsonNode? Parse(IReadOnlyDictionary<string, string> metadata, string key, string path)
    {
        if (!metadata.TryGetValue(key, out var text)) return null;
        try
        {
            return JsonNode.Parse(text) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw ModelFormatException.About(path, $"expected JSON for '{key}'; received {text}.");
        }
    }

    private static string[]? NamesOf(string json)
    {
        try
        {
            var names = (JsonNode.Parse(json) as JsonArray)?.Select(JsonReading.AsText).ToArray();
            return names?.All(name => name is not null) == true ? [.. names.OfType<string>()] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
