using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Creates a model from its description, and compiles it as the file describes. <see cref="ModelDescribing"/> is the other direction.</summary>
internal static class KerasLoading
{
    /// <summary>Settings of <c>compile</c> that are read elsewhere, or that change how Keras runs and not what it computes.</summary>
    private static readonly HashSet<string> HowToRun =
    [
        "loss_weights", "run_eagerly", "steps_per_execution", "jit_compile", "is_compiled", "experimental_run_tf_function", "auto_scale_loss",
        "from_serialized", "optimizer_config", "optimizer",
    ];

    /// <summary>Builds a model whose weights are not filled yet.</summary>
    public static Model Create(ModelDescription description, FoveaState? state, LoadReport report) => Create(description, state, report, out _);

    /// <summary>Builds a model whose weights are not filled yet.</summary>
    /// <param name="description">The layers and their connections.</param>
    /// <param name="state">The entries that Fovea added to the file; null for a file by another program.</param>
    /// <param name="report">Receives notes.</param>
    /// <param name="canCompile">Whether the model can be compiled as the file describes.</param>
    public static Model Create(ModelDescription description, FoveaState? state, LoadReport report, out bool canCompile)
    {
        var model = ModelBuilding.Build(description, state?.Seed ?? 0, report, out var hasPermutedOutput);

        // A loss along the last axis would be taken over the channels here, and over the columns in such a file.
        canCompile = description.Compile is not null && !hasPermutedOutput;
        if (description.Compile is not null && hasPermutedOutput)
            report.Note("its outputs have the channels last here, so its loss would use another axis; compile the model before training it.");
        if (model.TakeClassNames(state?.ClassNames ?? []) is { } wrong) report.Note(wrong);
        state?.Apply(model, report.FilePath);
        return model;
    }

    /// <summary>
    /// Compiles the model as the file describes. False if the file asks for something that is not supported or does not fit: the report notes it, and the
    /// user compiles the model. How a model was trained never prevents it from loading.
    /// </summary>
    public static bool Compile(Model model, CompileDescription? compile, LoadReport report, JsonObject? rest = null)
    {
        try
        {
            return CompileAsDescribed(model, compile, report, rest);
        }
        catch (Exception error) when (error is ModelFormatException or ArgumentException or InvalidOperationException or FormatException or OverflowException
            or KeyNotFoundException or NotSupportedException)
        {
            report.Note($"its compile settings do not fit: {error.Sentence().TrimEnd('.')}. Compile the model before training it.");
            return false;
        }
    }

    private static bool CompileAsDescribed(Model model, CompileDescription? compile, LoadReport report, JsonObject? rest)
    {
        if (PartDescription.Parse(compile?.Optimizer) is not { } described) return false;
        foreach (var (key, value) in compile!.Others)
        {
            if (value is null or JsonArray { Count: 0 } or JsonObject { Count: 0 } || JsonReading.AsBool(value) == false || HowToRun.Contains(key)) continue;
            report.Note($"it was compiled with {key} = {value.ToJsonString()}, which is unknown and was ignored.");
        }

        var optimizer = KerasOptimizers.Create(described, rest, report.Note);
        var names = model.Outputs.Select(output => output.Layer.Name).ToList();
        if (names.Count == 1 && compile.Loss is not JsonArray { Count: not 1 })
        {
            var only = compile.Loss is JsonArray list
                ? list[0]
                : compile.Loss is JsonObject named && !named.ContainsKey("class_name")
                ? named[names[0]]
                : compile.Loss;
            model.Compile(optimizer, KerasLosses.Create(only), [.. Metrics(compile.Metrics)]);
            return true;
        }

        var objectives = new List<Objective>();
        for (var i = 0; i < names.Count; i++)
        {
            if (OfOutput(compile.Loss) is not { } loss) continue;
            objectives.Add(new Objective(names[i], KerasLosses.Create(loss), Metrics(OfOutput(compile.Metrics)))
            {
                Weight = (float?)JsonReading.AsNumber(OfOutput(compile.Others["loss_weights"])) ?? 1,
            });

            // One for all outputs, one for each in their order, or one for each by name.
            JsonNode? OfOutput(JsonNode? entries) => entries switch
            {
                JsonArray list => i < list.Count ? list[i] : null,
                JsonObject named when !named.ContainsKey("class_name") => named[names[i]],
                _ => entries,
            };
        }

        if (objectives.Count == 0) return false;
        model.Compile(optimizer, objectives);
        return true;

        IReadOnlyList<Metric> Metrics(JsonNode? described) =>
            KerasMetrics.Create(described, error => report.Note($"a metric was left out: {error.Message}"));
    }
}
