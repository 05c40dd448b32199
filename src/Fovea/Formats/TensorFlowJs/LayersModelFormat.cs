using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Formats.Matching;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>
/// TensorFlow.js layers models: <c>model.json</c> with Keras' configuration and a list of weights, whose values are in other files of the same folder. The
/// Python converter writes them from Keras models, and so do TensorFlow.js and Teachable Machine.
/// </summary>
internal sealed class LayersModelFormat : ModelFormat
{
    private const string Topology = "modelTopology";
    private const string Manifest = "weightsManifest";
    private const string Metadata = "userDefinedMetadata";
    private const string StateEntry = "fovea";

    /// <summary>The known entries of <c>model.json</c>.</summary>
    private static readonly HashSet<string> Entries = [Topology, Manifest, Metadata, "format", "generatedBy", "convertedBy", "trainingConfig", "signature"];

    /// <summary>The value of <c>generatedBy</c> in files by Fovea.</summary>
    public const string Generator = "Fovea";

    public override string Name => "TensorFlow.js layers model (model.json)";

    public override IReadOnlyList<string> Extensions => [".json"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path)
    {
        var text = start.TrimStart("\uFEFF \t\r\n"u8);
        return text.Length > 0 && text[0] == (byte)'{';
    }

    public override Model Read(ModelSource source, LoadReport report)
    {
        var path = source.Name;
        if (!source.IsFile)
            throw ModelFormatException.About(
                path, "a TensorFlow.js model is several files, model.json and the files of its weights, which a stream does not have; load it by "
                + "its path.");
        var repeats = JsonRepeats.Noted(report.Note);
        var json = ReadJson(path, repeats);
        if (json.TextOrNull("format") == "graph-model" || json.ObjectOrNull(Topology)?["node"] is JsonArray)
            throw ModelFormatException.About(
                path, "it is a TensorFlow.js graph model, a graph of optimized TensorFlow operations; expected a layers model, as "
                + "tensorflowjs_converter writes with --output_format=tfjs_layers_model.");
        var topology = json.ObjectOrNull(Topology)
            ?? (JsonReading.AsText(json[Topology]) is { } text ? JsonText.ParseObject(text, path, Topology, repeats) : null)
            ?? throw ModelFormatException.About(path, json.ContainsKey("class_name") || json.ContainsKey("config")
                ? "it has a model's configuration and no weights, as Keras' to_json gives (Model.FromJson reads it, and 'fovea convert --into' takes it); "
                    + "expected a TensorFlow.js layers model, with modelTopology and weightsManifest."
                : $"expected '{Topology}', as a TensorFlow.js layers model has it; it has {string.Join(", ", json.Select(entry => entry.Key).Take(6))}.");
        var manifest = json.ListOrNull(Manifest)
            ?? throw ModelFormatException.About(path, $"expected the list '{Manifest}' of its weights; it is {JsonText.Describe(json[Manifest])}.");
        report.WrittenBy = Writer(json, topology);
        if ((json["trainingConfig"] ?? topology["training_config"]) is not null)
            report.Note("how the model was compiled is not read from TensorFlow.js' files; compile it before training it.");
        foreach (var (key, value) in json.Where(entry => entry.Value is not null && !Entries.Contains(entry.Key)))
            report.Note($"the file's entry '{key}', {JsonText.Describe(value)}, is unknown and was ignored.");

        var config = topology.ObjectOrNull("model_config")
            ?? (JsonReading.AsText(topology["model_config"]) is { } nested ? JsonText.ParseObject(nested, path, "model_config", repeats) : topology);
        var description = KerasJson.ParseModel(config, path);
        if (json.ObjectOrNull(Metadata)?.ContainsKey(StateEntry) != true) description = SharedLayers.CountedByFunctionalModels(description);
        Keras2HardSigmoid.Keep(description, report);
        NoteDifferences(description, report);
        var state = json.ObjectOrNull(Metadata)?.ObjectOrNull(StateEntry) is { } own ? FoveaState.Parse(own, report) : null;
        var model = KerasLoading.Create(description, state, report);
        if (model.ClassNames.Count == 0) model.ClassNames = Labels(json, path, model);
        var tensors = WeightsManifest.Read(manifest, path, report);
        var names = tensors.Any(tensor => tensor.Name.Contains("/vars/", StringComparison.Ordinal))
            ? Keras3Names.Of(model, description, tensors)
            : new Dictionary<string, string>();
        var filling = new WeightFilling(report);
        TensorLoading.Assign(model, tensors, TensorLayout.Keras, names, filling, report);
        filling.FillNew();
        return model;
    }

    public override void Write(Model model, string path, CancellationToken cancellationToken) => LayersModelWriter.Write(model, path, cancellationToken);

    public override void Write(Model model, Stream stream) =>
        throw new NotSupportedException(
            "A TensorFlow.js model is several files, model.json and the files of its weights, which a stream cannot hold; save it to a path.");

    /// <summary>The <c>userDefinedMetadata</c> with the state that Fovea adds.</summary>
    public static JsonObject OwnMetadata(Model model) => new() { [StateEntry] = FoveaState.Of(model).ToJson() };

    private static string Writer(JsonObject json, JsonObject topology)
    {
        var generator = json.TextOrNull("generatedBy") ?? "";
        if (generator == Generator || topology.TextOrNull("keras_version") is not { } version) return generator;
        return version.StartsWith("tfjs", StringComparison.Ordinal) ? version : $"Keras {version}";
    }

    /// <summary>Notes the layers that TensorFlow.js computes slightly differently than Keras.</summary>
    private static void NoteDifferences(ModelDescription model, LoadReport report)
    {
        foreach (var layer in model.Layers)
        {
            if (layer.ClassName is "UpSampling2D" or "Resizing" && layer.Config.TextOrNull("interpolation") == "bilinear")
                report.Note($"{layer.ClassName} '{layer.Name}' is bilinear as in Keras; TensorFlow.js places its samples half a pixel away.");
            if (layer.Nested is { } nested) NoteDifferences(nested, report);
        }
    }

    private static JsonObject ReadJson(string path, JsonRepeats repeats)
    {
        var file = new FileInfo(path);
        if (file.Length > JsonText.MaximumBytes)
            throw ModelFormatException.About(path, $"it has {file.Length} bytes; at most {JsonText.MaximumBytes} of JSON are read.");
        var bytes = File.ReadAllBytes(path).AsMemory();
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return JsonText.ParseObject(bytes, path, Path.GetFileName(path), repeats);
    }

    /// <summary>The names of the classes, which Teachable Machine writes to the file <c>metadata.json</c> in the same folder.</summary>
    private static string[] Labels(JsonObject json, string path, Model model)
    {
        var labels = (json.ObjectOrNull(Metadata)?.ListOrNull("labels") ?? MetadataFile()?.ListOrNull("labels"))?.Select(JsonReading.AsText).ToArray();
        return labels is not null && model.Outputs is [{ Shape: { Rank: 1 } shape }] && labels.Length == shape.Count && labels.All(label => label is not null)
            ? [.. labels.OfType<string>()]
            : [];

        JsonObject? MetadataFile()
        {
            var file = new FileInfo(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "metadata.json"));
            if (!file.Exists || file.Length > JsonText.MaximumBytes) return null;
            try
            {
                return JsonText.ParseObject(File.ReadAllBytes(file.FullName), file.FullName, file.Name);
            }
            catch (ModelFormatException)
            {
                return null; // An unrelated file can have that name.
            }
        }
    }
}
