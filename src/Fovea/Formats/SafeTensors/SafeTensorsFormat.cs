using Fovea.Formats.Keras;
using Fovea.Formats.Matching;

namespace Fovea.Formats.SafeTensors;

/// <summary>
/// Named tensors: <c>.safetensors</c>. Other programs write weights only. Fovea adds the configuration of the model, in Keras' form, to the metadata of the
/// file.
/// </summary>
internal sealed class SafeTensorsFormat : ModelFormat
{
    private const string ModelEntry = "fovea.config";
    private const string StateEntry = "fovea.state";

    public override string Name => "safetensors";

    public override IReadOnlyList<string> Extensions => [".safetensors"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) =>
        SafeTensorsFile.Recognizes(start) || path.EndsWith(Extensions[0], StringComparison.OrdinalIgnoreCase);

    public override Model Read(ModelSource source, LoadReport report)
    {
        var path = source.Name;
        using var file = SafeTensorsFile.Open(source);
        if (!file.Metadata.TryGetValue(ModelEntry, out var config))
            throw ModelFormatException.About(
                path, "it has weights only, without the layers; load them into a model of the same layers, with Model.LoadWeights or "
                + "'fovea convert --into'.");
        var state = file.Metadata.TryGetValue(StateEntry, out var text) ? FoveaState.Parse(JsonText.ParseObject(text, path, StateEntry), report) : null;
        var model = KerasLoading.Create(KerasJson.ParseModel(JsonText.ParseObject(config, path, ModelEntry), path), state, report);
        Assign(model, file, report, null, new Dictionary<string, string>()).FillNew();
        return model;
    }

    /// <summary>Like <see cref="ReadWeights(Model, ModelSource, LoadReport, TensorLayout?, IReadOnlyDictionary{string, string}?)"/>, from a file.</summary>
    public static void ReadWeights(
        Model model, string path, LoadReport report, TensorLayout? layout = null, IReadOnlyDictionary<string, string>? names = null,
        CancellationToken cancellationToken = default)
    {
        using var source = ModelSource.Open(path, cancellationToken);
        ReadWeights(model, source, report, layout, names);
    }

    /// <summary>Fills a model with the tensors of a file, whichever program wrote it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The file.</param>
    /// <param name="report">The outcome for each tensor.</param>
    /// <param name="layout">The layout of the tensors; null to find the one that fits.</param>
    /// <param name="names">The weight or layer that a tensor or module belongs to, by its name in the file; null to match by names and shapes.</param>
    /// <exception cref="ModelFormatException">The file is damaged, or its tensors do not fit the model, or fit in more than one way.</exception>
    public static void ReadWeights(
        Model model, ModelSource source, LoadReport report, TensorLayout? layout = null, IReadOnlyDictionary<string, string>? names = null)
    {
        using var file = SafeTensorsFile.Open(source);
        Assign(model, file, report, layout, names ?? new Dictionary<string, string>()).Replace(model);
    }

    public override void Write(Model model, Stream stream) => Write(model, stream, TensorLayout.Keras);

    /// <summary>Like <see cref="Write(Model, Stream, TensorLayout, bool)"/>, to a file, whole or not at all.</summary>
    public static void Write(Model model, string path, TensorLayout layout, bool half = false, CancellationToken cancellationToken = default) =>
        AtomicFile.Write(path, stream => Write(model, stream, layout, half), cancellationToken);

    /// <summary>Writes a model with its weights in a layout.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">The target stream.</param>
    /// <param name="layout">The layout to write.</param>
    /// <param name="half">Whether values are rounded to 16 bits.</param>
    public static void Write(Model model, Stream stream, TensorLayout layout, bool half = false)
    {
        model.EnsureInitialized();
        var arrangements = new WeightArrangements(layout, new FeatureOrders(model));
        var tensors = WeightUnit.Of(model, layout).SelectMany(unit => unit.Weights.Select(weight => Tensor(unit, weight, arrangements))).ToList();
        SafeTensorsWriter.Write(stream, tensors, new Dictionary<string, string>
        {
            ["format"] = layout switch { TensorLayout.PyTorch => "pt", TensorLayout.Mlx => "mlx", _ => "keras" },
            [ModelEntry] = KerasJson.ToJson(ModelDescribing.Describe(model)).ToJsonString(),
            [StateEntry] = FoveaState.Of(model).ToJson().ToJsonString(),
        }, half);
    }

    private static (string, Shape, Func<float[]>) Tensor(WeightUnit unit, Weight weight, WeightArrangements arrangements)
    {
        var arrangement = arrangements.Usual(unit, weight);
        return (arrangements.PathOf(unit, weight), arrangement.Source, () => arrangement.FromModel(weight.Values));
    }

    private static WeightFilling Assign(Model model, SafeTensorsFile file, LoadReport report, TensorLayout? layout, IReadOnlyDictionary<string, string> names)
    {
        var format = file.Metadata.GetValueOrDefault("format");
        report.WrittenBy = file.Metadata.ContainsKey(ModelEntry) ? "Fovea" : Writer(format);
        var filling = new WeightFilling(report);
        TensorLoading.Assign(model, file.Tensors, layout ?? (format == "mlx" ? TensorLayout.Mlx : null), names, filling, report);
        return filling;
    }

    private static string Writer(string? format) => format switch
    {
        "pt" => "PyTorch",
        "tf" => "TensorFlow",
        "flax" => "Flax",
        "mlx" => "MLX",
        _ => format ?? "",
    };
}
