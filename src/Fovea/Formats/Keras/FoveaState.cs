using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// The state that Keras' formats have no place for: the seed and the number of epochs, from which training resumes with bit-identical weights; the names of
/// the classes, the image input and the kind of the outputs, which predictions need; and the settings of an optimizer that Keras does not have.
/// </summary>
internal sealed record FoveaState(long Seed, int Epochs, IReadOnlyList<string> ClassNames)
{
    private static readonly string[] Entries =
        ["seed", "epochs", "class_names", "image_input", "output_kind", "temperature", "label_thresholds", "value_names",
            "optimizer", "optimizer_not_saved", "learning_rate_multipliers"];

    public ImageInput? ImageInput { get; init; }

    public OutputKind? OutputKind { get; init; }

    public double? Temperature { get; init; }

    /// <summary>The thresholds of a model of several labels.</summary>
    public IReadOnlyList<double> LabelThresholds { get; init; } = [];

    /// <summary>The names of the numbers of a regression.</summary>
    public IReadOnlyList<string> ValueNames { get; init; } = [];

    public JsonObject Optimizer { get; init; } = [];

    /// <summary>The class of an optimizer that was not saved, because it or its schedule is custom and was not registered; null if there is none.</summary>
    public string? OptimizerNotSaved { get; init; }

    /// <summary>The multipliers that are not 1, by the path of the layer.</summary>
    public JsonObject LearningRateMultipliers { get; init; } = [];

    /// <summary>The state for a format that never stores an optimizer.</summary>
    public static FoveaState Of(Model model) => Of(model, KerasNames.Unchanged) with { OptimizerNotSaved = null };

    public static FoveaState Of(Model model, KerasNames names) => new(model.Seed, model.Trainer?.Epochs ?? 0, model.ClassNames)
    {
        ImageInput = model.ImageInput,
        OutputKind = model.Outputs.Count == 1 ? model.OutputKind : null,
        Temperature = model.Temperature,
        LabelThresholds = model.LabelThresholds,
        ValueNames = model.ValueNames,
        Optimizer = model.Optimizer is { } optimizer ? optimizer.WriteRest() : [],
        OptimizerNotSaved = model.Optimizer is { } custom && !KerasOptimizers.CanWrite(custom) ? custom.GetType().Name : null,
        LearningRateMultipliers = new JsonObject(MultipliersOf(model, "", names, 1)),
    };

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["seed"] = unchecked((ulong)Seed).ToString(CultureInfo.InvariantCulture), ["epochs"] = Epochs };
        if (ClassNames.Count > 0) json["class_names"] = new JsonArray([.. ClassNames.Select(name => (JsonNode)name)]);
        if (ImageInput is not null) json["image_input"] = ImageInputJson.Write(ImageInput);
        if (OutputKind is { } kind) json["output_kind"] = ImageInputJson.Write(kind);
        if (Temperature is { } temperature) json["temperature"] = temperature;
        if (LabelThresholds.Count > 0) json["label_thresholds"] = ImageInputJson.Write(LabelThresholds);
        if (ValueNames.Count > 0) json["value_names"] = new JsonArray([.. ValueNames.Select(name => (JsonNode)name)]);
        if (Optimizer.Count > 0) json["optimizer"] = Optimizer.DeepClone();
        if (OptimizerNotSaved is not null) json["optimizer_not_saved"] = OptimizerNotSaved;
        if (LearningRateMultipliers.Count > 0) json["learning_rate_multipliers"] = LearningRateMultipliers.DeepClone();
        return json;
    }

    /// <exception cref="ModelFormatException">It does not have these entries.</exception>
    public static FoveaState Parse(JsonObject json, LoadReport report)
    {
        foreach (var (name, value) in json)
        {
            if (!Entries.Contains(name)) report.Note($"Fovea's entry {name} = {value?.ToJsonString() ?? "null"} is unknown and was ignored.");
        }

        if (JsonReading.AsText(json["optimizer_not_saved"]) is { } unsaved)
        {
            report.Note(
                $"it was compiled with '{unsaved}', which was not saved: the optimizer or its schedule was not registered with CustomObjects.Register. "
                + "Compile the model before training it.");
        }

        return json["seed"] is JsonValue text && text.TryGetValue<string>(out var digits)
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && json["epochs"] is JsonValue number && number.TryGetValue<int>(out var epochs) && epochs >= 0
            && ReadNames(json["class_names"]) is { } names && ReadNames(json["value_names"]) is { } values
            ? new FoveaState(unchecked((long)seed), epochs, names)
            {
                ImageInput = ImageInputJson.Read(json["image_input"], report),
                OutputKind = ImageInputJson.ReadOutputKind(json["output_kind"], report),
                Temperature = ImageInputJson.ReadTemperature(json["temperature"], report),
                LabelThresholds = ImageInputJson.ReadThresholds(json["label_thresholds"], report),
                ValueNames = values,
                Optimizer = json["optimizer"] as JsonObject ?? [],
                LearningRateMultipliers = json["learning_rate_multipliers"] as JsonObject ?? [],
            }
            : throw ModelFormatException.About(
                report.FilePath, $"expected 'seed' and 'epochs' in '{KerasArchive.FoveaName}'; received {json.ToJsonString()}.");
    }

    /// <summary>Applies the state to a model and its layers.</summary>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    /// <exception cref="ModelFormatException">A multiplier is not a number, or the images do not have the size of the model's input.</exception>
    public void Apply(Model model, string file)
    {
        model.SetServing(ImageInput, OutputKind, file);
        model.Temperature = Temperature;
        model.SetTask(LabelThresholds, ValueNames, file);
        foreach (var (path, value) in LearningRateMultipliers)
        {
            model.Layer(path).LearningRateMultiplier = JsonReading.AsNumber(value)
                ?? throw ModelFormatException.About(
                    file, $"expected numbers in 'learning_rate_multipliers' of '{KerasArchive.FoveaName}'; received {value?.ToJsonString() ?? "null"} for "
                    + $"'{path}'.");
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> MultipliersOf(Model model, string prefix, KerasNames names, double around) =>
        model.Layers.SelectMany(layer => MultipliersWithin(layer, $"{prefix}{names[layer]}", names, around));

    /// <summary>The multipliers of a layer and its parts, if they differ from that of the enclosing layer.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> MultipliersWithin(Layer layer, string path, KerasNames names, double around)
    {
        if (layer is Model within) return MultipliersOf(within, $"{path}/", names, around);
        var inner = layer.Contained.SelectMany(part => MultipliersWithin(part, $"{path}/{names[part]}", names, layer.LearningRateMultiplier));
        return layer.LearningRateMultiplier == around ? inner : inner.Prepend(new(path, layer.LearningRateMultiplier));
    }

    /// <summary>A list of texts; empty if there is none, null if the value is something else.</summary>
    private static string[]? ReadNames(JsonNode? json)
    {
        if (json is null) return [];
        var names = (json as JsonArray)?.Select(JsonReading.AsText).OfType<string>().ToArray();
        return names?.Length == (json as JsonArray)?.Count ? names : null;
    }
}
