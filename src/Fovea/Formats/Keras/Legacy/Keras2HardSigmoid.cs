using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// The two meanings of <c>hard_sigmoid</c>, both limited to 0 … 1: 0.2 x + 0.5 in Keras 1, Keras 2 and TensorFlow.js, and x / 6 + 0.5 in Keras 3.
/// </summary>
internal static class Keras2HardSigmoid
{
    /// <summary>The version that is written to files in the form of Keras 2; it decides the meaning of the name.</summary>
    public const string Keras2 = "2.15.0";

    private const string HardSigmoid = "hard_sigmoid";

    /// <summary>Whether a file was written by a Keras before 3.</summary>
    public static bool IsOlder(string kerasVersion) => kerasVersion.Length > 1 && kerasVersion[0] is '0' or '1' or '2' && kerasVersion[1] == '.';

    /// <summary>
    /// Prepares a description for a file in the form of Keras 2. Such a file has one meaning of <c>hard_sigmoid</c>, that of the version it states.
    /// </summary>
    /// <returns>The version to write.</returns>
    /// <exception cref="NotSupportedException">The model has layers with both functions.</exception>
    public static string InOneVersion(ModelDescription model)
    {
        var (older, newer) = (Using(model, Activation.OlderHardSigmoid.Name).ToList(), Using(model, HardSigmoid).FirstOrDefault());
        if (older.Count > 0 && newer is not null)
        {
            throw new NotSupportedException(
                $"'{older[0].Name}' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1, and '{newer.Name}' that of Keras 3, x / 6 + 0.5; an .h5 file "
                    + "can have only one of them. Save the model as .safetensors.");
        }

        foreach (var layer in older) layer.Config["activation"] = HardSigmoid;
        return newer is null ? Keras2 : KerasArchiveWriter.KerasVersion;
    }

    /// <summary>Throws if a layer has the function of Keras 2, for which Keras 3 has no name.</summary>
    /// <exception cref="NotSupportedException">A layer has the function of Keras 2.</exception>
    public static void RequireKeras3(ModelDescription model)
    {
        if (Using(model, Activation.OlderHardSigmoid.Name).FirstOrDefault() is { } layer)
            throw new NotSupportedException(
                $"{layer.ClassName} '{layer.Name}' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1, and Keras 3 has no name for it. "
                + "Save the model as .h5 or .safetensors.");
    }

    /// <summary>Keeps the function of Keras 2 in the layers of a model that was trained with it, and notes it.</summary>
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

    /// <summary>Replaces the name, which may have the prefix of a package or be in the configuration of an object.</summary>
    private static bool Replace(JsonObject owner, string key)
    {
        if (owner[key] is JsonObject described) return Replace(described, "config") | Replace(described, "activation");
        if (JsonReading.AsText(owner[key]) is not { } name || name[(name.LastIndexOfAny(['.', '>']) + 1)..] != HardSigmoid
            || CustomParts.FindObject<Activation>(name) is not null) return false;
        owner[key] = Activation.OlderHardSigmoid.Name;
        return true;
    }
}
