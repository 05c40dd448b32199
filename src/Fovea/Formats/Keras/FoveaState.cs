using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>What Keras' form leaves out and training needs to go on to the same bits: where random numbers stand.</summary>
internal sealed record FoveaState(ulong Seed, int Epochs)
{
    public static FoveaState Of(Model model) => new(model.Seed, model.Trainer?.Epochs ?? 0);

    public JsonObject ToJson() => new() { ["seed"] = Seed.ToString(CultureInfo.InvariantCulture), ["epochs"] = Epochs };

    /// <exception cref="ModelFormatException">The member is there and does not have these entries.</exception>
    public static FoveaState? Read(KerasArchive archive)
    {
        if (archive.ReadJson(KerasArchiveWriter.FoveaName) is not { } json) return null;
        return json["seed"] is JsonValue text && text.TryGetValue<string>(out var digits) && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && json["epochs"] is JsonValue number && number.TryGetValue<int>(out var epochs) && epochs >= 0
            ? new FoveaState(seed, epochs)
            : throw ModelFormatException.About(archive.FilePath, $"expected 'seed' and 'epochs' in '{KerasArchiveWriter.FoveaName}'; received {json.ToJsonString()}.");
    }
}
