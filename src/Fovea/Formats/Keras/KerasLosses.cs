using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Losses as Keras files describe them.</summary>
internal static class KerasLosses
{
    /// <summary>The loss with all its arguments, or only its name if all have their defaults, or if files cannot name its class.</summary>
    public static JsonNode Describe(Loss loss)
    {
        if (!LossCatalog.Known.CanWrite(loss)) return loss.Name;
        var described = LossCatalog.Known.Write(loss, "loss");
        if (described["registered_name"] is not null) return described;
        var usual = LossCatalog.Known.Write(LossCatalog.Known.Read(loss.GetType().Name, [], null, "loss"), "loss");
        return JsonNode.DeepEquals(described, usual) ? SnakeCase.Of(loss.GetType().Name) : described;
    }

    /// <summary>Builds the loss.</summary>
    /// <exception cref="ModelFormatException">There is no description, the loss is not known, or a setting does not fit it.</exception>
    public static Loss Create(JsonNode? described) => described is null
        ? throw new ModelFormatException("loss: expected a name, or an object with class_name and config; received none.")
        : LossCatalog.Known.Read(described, "loss");
}
