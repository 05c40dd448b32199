using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// What a name meant before Keras 3, and means in TensorFlow.js: <c>hard_sigmoid</c> was 0.2 x + 0.5 between 0 and 1, and is x / 6 + 0.5 since.
/// </summary>
internal static class Keras2HardSigmoid
{
    /// <summary>The version that files of Keras 2's form say; it decides what the name means.</summary>
    public const string Keras2 = "2.15.0";

    private const string HardSigmoid = "hard_sigmoid";

    /// <summary>Whether a file was written by a Keras before 3.</summary>
    public static bool IsOlder(string kerasVersion) => kerasVersion.Length > 1 && kerasVersion[0] is '0' or '1' or '2' && kerasVersion[1] == '.';

    /// <summary>
    /// Puts a description that is about to be written into the words of one version of Keras: a file of Keras 2's form has one meaning of <c>hard_sigmoid</c>,
    /// which
    /// its version says.
    /// </summary>
    /// <returns>The version to write.</returns>
    /// <exception cref="NotSupportedException">Layers have both functions of the name.</exception>
    public static string InOneVersion(ModelDescription model)
    {
        var (older, newer) = (Using(model, Activation.OlderHardSigmoid.Name).ToList(), Using(model, HardSigmoid).FirstOrDefault());
        if (older.Count > 0 && newer is not null)
        {
            throw new NotSupportedException(
                $"'{older[0].Name}' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1, and '{newer.Name}' that of Keras 3, x / 6 + 0.5; a .h5 file "
                    + "has one of them. Save the model as .safetensors.");
        }

        foreach (var layer in older) layer.Config["activation"] = HardSigmoid;
        return newer is null ? Keras2 : KerasArchiveWriter.KerasVersion;
    }

    /// <summary>Complains of what Keras 3 cannot name.</summary>
    /// <exception cref="NotSupportedException">A layer has Keras 2's function.</exception>
    public static void RequireKeras3(ModelDescription model)
    {
        if (Using(model, Activation.OlderHardSigmoid.Name).FirstOrDefault() is { } layer)
            throw new NotSupportedException(
                $"{layer.ClassName} '{layer.Name}' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1, and Keras 3 has no name for it. Save the model "
                + "as .h5 or .safetensors.");
    }

    /// <summary>Has a model's layers keep what they were trained with.</summary>
    public static void Keep(ModelDescription model, LoadReport report)
    {
        foreach (var layer in model.Layers)
        {
            if (Replace(layer.Config, "activation") | Replace(layer.Config, "function"))
                report.Note(
                    $"{layer.ClassName} '{layer.Name}' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1; Keras 3 has another function of "
                    + "that name.");

            if (layer.Nested is { } nested) Keep(nested, report);
        }
    }

    private static IEnumerable<LayerDescription> Using(ModelDescription model, string activation) => model.Layers.SelectMany(layer =>
        layer.Nested is { } nested ? Using(nested, activation) : layer.Config.TextOrNull("activation") == activation ? [layer] : []);

    /// <summary>Replaces the name, which may be that of a package or stand in the configuration of an object.</summary>
    private static bool Replace(JsonObject owner, string key)
    {
        if (owner[key] is JsonObject described) return Replace(described, "config") | Replace(described, "activation");
        if (JsonReading.AsText(owner[key]) is not { } name || name[(name.LastIndexOfAny(['.', '>']) + 1)..] != HardSigmoid
            || CustomParts.FindObject<Activation>(name) is not null) return false;
        owner[key] = Activation.OlderHardSigmoid.Name;
        return true;
    }
}
