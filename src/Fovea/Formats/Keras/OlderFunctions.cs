using Fovea.Formats.Json;

namespace Fovea.Formats.Keras;

/// <summary>
/// What a name meant before Keras 3, and means in TensorFlow.js: <c>hard_sigmoid</c> was 0.2 x + 0.5 between 0 and 1, and is x / 6 + 0.5 since.
/// </summary>
internal static class OlderFunctions
{
    private const string HardSigmoid = "hard_sigmoid";

    /// <summary>Whether a file was written by a Keras before 3.</summary>
    public static bool IsOlder(string kerasVersion) => kerasVersion.Length > 1 && kerasVersion[0] is '0' or '1' or '2' && kerasVersion[1] == '.';

    /// <summary>Has a model's layers keep what they were trained with.</summary>
    public static void Keep(ModelDescription model, LoadReport report)
    {
        foreach (var layer in model.Layers)
        {
            if (layer.Config.TextOrNull("activation") == HardSigmoid)
            {
                layer.Config["activation"] = Activation.OlderHardSigmoid.Name;
                report.Note($"{layer.ClassName} '{layer.Name}' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1; Keras 3 has another function of that name.");
            }

            if (layer.Nested is { } nested) Keep(nested, report);
        }
    }
}
