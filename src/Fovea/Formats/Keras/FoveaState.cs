using System.Globalization;
using System.Text.Json.Nodes;
using Fovea.Formats.Json;

namespace Fovea.Formats.Keras;

/// <summary>
/// What Keras' form leaves out: where random numbers stand, which training needs to go on to the same bits, the names of the classes, and what
/// Keras does not say of an optimizer.
/// </summary>
internal sealed record FoveaState(ulong Seed, int Epochs, IReadOnlyList<string> ClassNames)
{
    public JsonObject Optimizer { get; init; } = [];

    /// <summary>By the path of a layer, where it is not 1.</summary>
    public JsonObject LearningRateMultipliers { get; init; } = [];

    public static FoveaState Of(Model model) => Of(model, KerasNames.Unchanged);

    public static FoveaState Of(Model model, KerasNames names) => new(model.Seed, model.Trainer?.Epochs ?? 0, model.ClassNames)
    {
        Optimizer = model.Optimizer is { } optimizer ? KerasOptimizers.DescribeRest(optimizer) : [],
        LearningRateMultipliers = new JsonObject(MultipliersOf(model, "", names)),
    };

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["seed"] = Seed.ToString(CultureInfo.InvariantCulture), ["epochs"] = Epochs };
        if (ClassNames.Count > 0) json["class_names"] = new JsonArray([.. ClassNames.Select(name => (JsonNode)name)]);
        if (Optimizer.Count > 0) json["optimizer"] = Optimizer.DeepClone();
        if (LearningRateMultipliers.Count > 0) json["learning_rate_multipliers"] = LearningRateMultipliers.DeepClone();
        return json;
    }

    /// <exception cref="ModelFormatException">The member is there and does not have these entries.</exception>
    public static FoveaState? Read(KerasArchive archive) => archive.ReadJson(KerasArchiveWriter.FoveaName) is { } json ? Parse(json, archive.FilePath) : null;

    /// <exception cref="ModelFormatException">It does not have these entries.</exception>
    public static FoveaState Parse(JsonObject json, string file)
    {
        return json["seed"] is JsonValue text && text.TryGetValue<string>(out var digits) && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && json["epochs"] is JsonValue number && number.TryGetValue<int>(out var epochs) && epochs >= 0
            && ReadNames(json["class_names"]) is { } names
            ? new FoveaState(seed, epochs, names) { Optimizer = json["optimizer"] as JsonObject ?? [], LearningRateMultipliers = json["learning_rate_multipliers"] as JsonObject ?? [] }
            : throw ModelFormatException.About(file, $"expected 'seed' and 'epochs' in '{KerasArchiveWriter.FoveaName}'; received {json.ToJsonString()}.");
    }

    /// <summary>Sets what is known of a model's layers.</summary>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    /// <exception cref="ModelFormatException">A multiplier is no number.</exception>
    public void Apply(Model model, string file)
    {
        foreach (var (path, value) in LearningRateMultipliers)
        {
            model.Layer(path).LearningRateMultiplier = (float)(JsonReading.AsNumber(value)
                ?? throw ModelFormatException.About(file, $"expected numbers in 'learning_rate_multipliers' of '{KerasArchiveWriter.FoveaName}'; received {value?.ToJsonString() ?? "null"} for '{path}'."));
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> MultipliersOf(Model model, string prefix, KerasNames names) => model.Layers.SelectMany(layer => layer is Model within
        ? MultipliersOf(within, $"{prefix}{names[layer]}/", names)
        : layer.LearningRateMultiplier == 1 ? [] : [new($"{prefix}{names[layer]}", LayerConfig.Shortest(layer.LearningRateMultiplier))]);

    /// <summary>A list of texts; empty where there is none, null where it is something else.</summary>
    private static string[]? ReadNames(JsonNode? json)
    {
        if (json is null) return [];
        var names = (json as JsonArray)?.Select(JsonReading.AsText).OfType<string>().ToArray();
        return names?.Length == (json as JsonArray)?.Count ? names : null;
    }
}
