using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <content>The settings of <c>compile</c>: <c>compile_config</c> of Keras 3 and <c>training_config</c> of Keras 2.</content>
internal static partial class KerasJson
{
    /// <summary>Reads the attribute <c>training_config</c> of a Keras 2 file.</summary>
    public static CompileDescription ParseTraining(JsonObject json) => ParseCompile(json, "optimizer_config");

    private static CompileDescription ParseCompile(JsonObject json, string optimizer)
    {
        var others = new JsonObject();
        foreach (var (name, value) in json)
        {
            if (name != optimizer && name is not ("loss" or "metrics")) others[name] = value?.DeepClone();
        }

        return new CompileDescription(json[optimizer]?.DeepClone(), json["loss"]?.DeepClone(), json["metrics"]?.DeepClone()) { Others = others };
    }

    private static JsonObject ToJson(CompileDescription compile)
    {
        var json = new JsonObject
        {
            ["optimizer"] = compile.Optimizer?.DeepClone(),
            ["loss"] = compile.Loss?.DeepClone(),
            ["loss_weights"] = null,
            ["metrics"] = compile.Metrics?.DeepClone(),
            ["weighted_metrics"] = null,
            ["run_eagerly"] = false,
            ["steps_per_execution"] = 1,
            ["jit_compile"] = false,
        };
        foreach (var (name, value) in compile.Others) json[name] = value?.DeepClone();
        return json;
    }
}
