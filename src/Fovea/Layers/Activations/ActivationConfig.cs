using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>Activations in a configuration.</summary>
public static class ActivationConfig
{
    /// <summary>Writes an activation: its name, or its layer.</summary>
    /// <exception cref="NotSupportedException">It is a custom one that is not registered with <see cref="CustomObjects"/>.</exception>
    public static void Set(this Config config, string key, Activation value)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Json[key] = value switch
        {
            null => null,
            { IsKnown: true } => value.Name,
            _ when value == Activation.OlderHardSigmoid => value.Name,
            { LayerJson: { } layer } => layer.DeepClone(),
            _ when CustomParts.NameOf(value) is { } name =>
                new JsonObject { ["module"] = "builtins", ["class_name"] = "function", ["config"] = name, ["registered_name"] = "function" },
            _ => throw new NotSupportedException(
                $"{config.Subject}: the activation '{value.Name}' has no name in Keras' files and cannot be saved unless it is registered, as in "
                + $"CustomObjects.Register(\"MyPackage>{value.Name}\", activation)."),
        };
    }

    /// <summary>Reads an activation, which is a name or a layer without weights; linear if it is left out.</summary>
    /// <exception cref="ModelFormatException">It is not known.</exception>
    public static Activation GetActivation(this Config config, string key)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Find(key) is { } found
            ? ActivationCatalog.FromJson(found, config.Subject) ?? throw config.Wrong(key, "the name of an activation, or a layer", found)
            : Activation.Linear;
    }
}
