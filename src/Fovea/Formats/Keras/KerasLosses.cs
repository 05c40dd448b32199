using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Losses as Keras files describe them.</summary>
internal static class KerasLosses
{
    /// <summary>The loss with all its arguments; only the name where all are the usual ones, and of one of the user's own.</summary>
    public static JsonNode Describe(Loss loss)
    {
        if (LossCatalog.Describe(loss) is not { } described) return loss.Name;
        var usual = LossCatalog.Describe(LossCatalog.Create(described.ClassName, []))!;
        return JsonNode.DeepEquals(described.Config, usual.Config) ? SnakeCase.Of(described.ClassName) : KerasJson.ToJson(described);
    }

    /// <summary>Builds the loss, or null where the file has one that is not supported.</summary>
    public static Loss? Create(JsonNode? described)
    {
        if (KerasJson.ParseObject(described) is not { } loss) return null;
        try
        {
            return LossCatalog.Create(loss.ClassName, loss.Config);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }
}
