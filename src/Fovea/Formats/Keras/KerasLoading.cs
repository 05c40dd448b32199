using System.Text.Json.Nodes;
using Fovea.Formats.Json;

namespace Fovea.Formats.Keras;

/// <summary>Builds models from Keras files: <c>.keras</c> and whole models in <c>.h5</c>. A model is loaded whole or not at all.</summary>
internal static class KerasLoading
{
    /// <summary>Settings that any layer may have, or that say what is known from elsewhere.</summary>
    private static readonly HashSet<string> CommonSettings =
        ["name", "trainable", "dtype", "batch_input_shape", "batch_shape", "batchInputShape", "input_shape", "input_dtype", "build_config", "activity_regularizer", "seed", "implementation", "data_format", "value_range"];

    /// <summary>Builds a model whose weights are not filled yet.</summary>
    public static Model Create(ModelDescription description, FoveaState? state, LoadReport report)
    {
        var model = Build(description, state?.Seed ?? 0, report);
        model.ClassNames = state?.ClassNames ?? [];
        state?.Apply(model, report.FilePath);
        return model;
    }

    public static Model LoadArchive(string path, LoadReport report)
    {
        using var archive = KerasArchive.Open(path);
        return LoadArchive(archive, report);
    }

    public static Model LoadArchive(KerasArchive archive, LoadReport report)
    {
        var path = archive.FilePath;
        var version = archive.ReadMetadata().KerasVersion;
        report.WrittenBy = $"Keras {version}";
        var description = archive.ReadModel();
        if (OlderFunctions.IsOlder(version)) OlderFunctions.Keep(description, report);
        var state = FoveaState.Read(archive);
        var model = Create(description, state, report);
        using var weights = archive.OpenWeights();
        var filling = new WeightFilling(report);
        Keras3Weights.Assign(model, description, weights, WeightPaths.Layers, "", WeightMatching.Order, filling, report);
        filling.FillNew();
        if (Compile(model, description.Compile, report, state?.Optimizer) && weights.Find(OptimizerVariables.Path) is { } optimizer)
            KerasOptimizers.ReadState(model.Trainer!, optimizer, filling, report);
        Keras3Weights.ReportRest(weights, filling, report);
        if (model.Trainer is { } trainer) trainer.Epochs = state?.Epochs ?? 0;
        return model;
    }

    public static Model LoadLegacy(string path, LoadReport report)
    {
        using var file = LegacyModelFile.Open(path);
        report.WrittenBy = $"Keras {file.KerasVersion}";
        var description = file.ReadModel()
            ?? throw ModelFormatException.About(path, "the file has weights only; expected a whole model, as model.save writes it. Load it into a model of the same layers, with Model.LoadWeights or 'fovea convert --into'.");
        if (OlderFunctions.IsOlder(file.KerasVersion)) OlderFunctions.Keep(description, report);
        var model = Build(description, 0, report);
        var filling = new WeightFilling(report);
        LegacyKerasWeights.AssignOwn(model, file, filling, report);
        filling.FillNew();
        LegacyKerasWeights.ReportRest(file, filling, report);
        if (Compile(model, description.Compile, report)) LegacyOptimizerState.Read(model.Trainer!, file.OptimizerWeights, filling, report);
        return model;
    }

    private static Model Build(ModelDescription description, ulong seed, LoadReport report)
    {
        Model model = description.Kind == ModelKind.Sequential ? BuildSequential(description, seed, report) : BuildFunctional(description, seed, report);
        if (!description.Trainable) model.Trainable = false;
        return model;
    }

    private static Sequential BuildSequential(ModelDescription description, ulong seed, LoadReport report)
    {
        var model = new Sequential(description.Name, seed);
        if (description.Layers is not [{ ClassName: "InputLayer" } or { Nested: not null }, ..])
        {
            if (description.InputShape is not { } shape) throw ModelFormatException.About(report.FilePath, "expected the shape of the model's input; the file does not say it.");
            model.Add(Create(new LayerDescription("InputLayer", "input_layer", new JsonObject { ["batch_shape"] = KerasJson.ToJson(shape) }), seed, report));
        }

        foreach (var layer in description.Layers) model.Add(Create(layer, seed, report));
        _ = model.Topology;
        return model;
    }

    private static Model BuildFunctional(ModelDescription description, ulong seed, LoadReport report)
    {
        var layers = description.Layers.ToDictionary(layer => layer.Name, layer => Create(layer, seed, report));
        description = CountUsesFromZero(description);
        var calls = new Dictionary<(string Layer, int Node), LayerCall>();
        foreach (var input in layers.Values.OfType<Input>()) calls[(input.Name!, 0)] = input.Output.Call;

        // Files need not list layers in the order of computation: connect what can be connected until nothing is left.
        var open = description.Layers.Where(layer => layer.ClassName != "InputLayer").SelectMany(layer => layer.Nodes.Select((node, number) => (Layer: layer, Node: node, Number: number))).ToList();
        while (open.Count > 0)
        {
            var ready = open.Where(call => call.Node.Inputs.All(input => calls.ContainsKey((input.Layer, input.Node)))
                && (call.Number == 0 || calls.ContainsKey((call.Layer.Name, call.Number - 1)))).ToList();
            if (ready.Count == 0) throw ModelFormatException.About(report.FilePath, $"the inputs of '{open[0].Layer.Name}' lead nowhere or in a circle.");
            foreach (var (layer, node, number) in ready.DistinctBy(call => call.Layer.Name))
            {
                calls[(layer.Name, number)] = layers[layer.Name].Connect([.. node.Inputs.Select(Value)], node.Arguments?.BoolOrNull("training"));
                open.RemoveAll(call => call.Layer == layer && call.Number == number);
            }
        }

        return new Model([.. description.Inputs.Select(Value)], [.. description.Outputs.Select(Value)], description.Name, seed);

        SymbolicTensor Value(TensorReference tensor)
        {
            if (!calls.TryGetValue((tensor.Layer, tensor.Node), out var call)) throw ModelFormatException.About(report.FilePath, $"expected the layer '{tensor.Layer}' as an end of the model; it is missing.");
            return tensor.Tensor < call.Outputs.Count
                ? call.Outputs[tensor.Tensor]
                : throw ModelFormatException.About(report.FilePath, $"expected output {tensor.Tensor} of '{tensor.Layer}'; it has {call.Outputs.Count}.");
        }
    }

    /// <summary>
    /// Keras counts the making of a functional model as its first use, so that its uses within another model are numbered from 1;
    /// here they are numbered from 0 as those of other layers.
    /// </summary>
    private static ModelDescription CountUsesFromZero(ModelDescription description)
    {
        var uses = description.Layers.SelectMany(layer => layer.Nodes).SelectMany(node => node.Inputs).Concat(description.Outputs).ToList();
        var late = description.Layers
            .Where(layer => layer.Nested is not null && uses.Any(use => use.Layer == layer.Name && use.Node >= layer.Nodes.Length))
            .Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        return description with
        {
            Layers = [.. description.Layers.Select(layer => layer with { Nodes = [.. layer.Nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(FromZero)] })] })],
            Outputs = [.. description.Outputs.Select(FromZero)],
        };

        TensorReference FromZero(TensorReference use) => late.Contains(use.Layer) ? use with { Node = use.Node - 1 } : use;
    }

    private static Layer Create(LayerDescription layer, ulong seed, LoadReport report)
    {
        if (KerasOperations.IsOperation(layer))
        {
            var operation = KerasOperations.Create(layer);
            report.Note($"the function '{layer.Name}' is the layer {operation.ClassName} here.");
            return operation;
        }

        if (layer.Nested is not { } nested)
        {
            var created = LayerCatalog.Create(layer.ClassName, new LayerConfig(layer.ClassName, layer.Name, layer.Config));
            ReportUnknown(layer, created, report);
            return created;
        }

        var model = Build(nested, seed, report);
        model.Name = layer.Name;
        return model;
    }

    /// <summary>Reports the settings that the layer has no place for, those aside that say nothing.</summary>
    private static void ReportUnknown(LayerDescription described, Layer layer, LoadReport report)
    {
        if (layer is RandomHeight or RandomWidth) report.Note($"{layer.Subject} passes images on as they are, in training too; the resizing that follows takes its stretch back.");
        var known = new JsonObject();
        try
        {
            layer.WriteConfig(new LayerConfig(described.ClassName, described.Name, known));
        }
        catch (NotSupportedException)
        {
            return;  // nothing to compare with
        }

        foreach (var (key, value) in described.Config)
        {
            if (known.ContainsKey(key) || SaysNothing(key, value)) continue;
            report.Note($"{layer.Subject}: the setting {key} = {value!.ToJsonString()} is not known here and was ignored.");
        }
    }

    private static bool SaysNothing(string key, JsonNode? value) =>
        value is null || (value is JsonValue truth && truth.TryGetValue<bool>(out var set) && !set) || CommonSettings.Contains(key);

    /// <summary>Compiles the model as the file says; false where it asks for what is not supported, which leaves the model to be compiled by its user.</summary>
    private static bool Compile(Model model, CompileDescription? compile, LoadReport report, JsonObject? rest = null)
    {
        if (compile?.Optimizer is not { } described) return false;
        if (KerasOptimizers.Create(described, rest) is not { } optimizer) return NotCompiled($"the optimizer {described.ClassName}");
        var names = model.Outputs.Select(output => output.Layer.Name!).ToList();
        if (names.Count == 1 && compile.Loss is not JsonArray { Count: not 1 })
        {
            var only = compile.Loss is JsonArray list ? list[0] : compile.Loss is JsonObject named && !named.ContainsKey("class_name") ? named[names[0]] : compile.Loss;
            if (KerasLosses.Create(only) is not { } loss) return NotCompiled($"the loss {NameOf(only)}");
            model.Compile(optimizer, loss, [.. Metrics(compile.Metrics)]);
            return true;
        }

        var objectives = new List<Objective>();
        for (var i = 0; i < names.Count; i++)
        {
            if (OfOutput(compile.Loss) is not { } wanted) continue;
            if (KerasLosses.Create(wanted) is not { } loss) return NotCompiled($"the loss {NameOf(wanted)}");
            objectives.Add(new Objective(names[i], loss, Metrics(OfOutput(compile.Metrics))) { Weight = (float?)JsonReading.AsNumber(OfOutput(compile.Others["loss_weights"])) ?? 1 });

            // One for all, one after the other, or by the outputs' names.
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

        bool NotCompiled(string what)
        {
            report.Note($"it was compiled with {what}, which is not known here; compile the model before training it.");
            return false;
        }

        IReadOnlyList<Metric> Metrics(JsonNode? described) => KerasMetrics.Create(described, unknown => report.Note($"the metric {NameOf(unknown)} is not known here and was left out."));
    }

    private static string NameOf(JsonNode? described) => KerasJson.ParseObject(described)?.ClassName ?? described?.ToJsonString() ?? "none";
}
