using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Formats.Json;

namespace Fovea.Formats.Keras;

/// <summary>Builds models from Keras files: <c>.keras</c> and whole models in <c>.h5</c>. A model is loaded whole or not at all.</summary>
internal static class KerasLoading
{
    /// <summary>Fills a variable from a file.</summary>
    /// <exception cref="ModelFormatException">The shapes differ.</exception>
    public static void Fill(Variable variable, StoredArray stored, string what, string file)
    {
        if (stored.Shape != variable.Shape)
            throw ModelFormatException.About(file, $"expected the shape {variable.Shape} for {what}; received {stored.Shape}.");
        variable.Write(stored.ReadFloats());
    }

    /// <summary>Builds a model whose weights are not filled yet.</summary>
    public static Model Create(ModelDescription description, FoveaState? state, string path)
    {
        var model = Build(description, state?.Seed ?? 0, path);
        model.ClassNames = state?.ClassNames ?? [];
        state?.Apply(model, path);
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
        report.WrittenBy = $"Keras {archive.ReadMetadata().KerasVersion}";
        var description = archive.ReadModel();
        var state = FoveaState.Read(archive);
        var model = Create(description, state, path);
        using var weights = archive.OpenWeights();
        Fill(model, description, weights, WeightPaths.Layers);
        if (Compile(model, description.Compile, state?.Optimizer) && weights.Find(OptimizerVariables.Path) is { } optimizer)
            KerasOptimizers.ReadState(model.Trainer!, optimizer, path);
        if (model.Trainer is { } trainer) trainer.Epochs = state?.Epochs ?? 0;
        return model;
    }

    public static Model LoadLegacy(string path, LoadReport report)
    {
        using var file = LegacyModelFile.Open(path);
        report.WrittenBy = $"Keras {file.KerasVersion}";
        var description = file.ReadModel()
            ?? throw ModelFormatException.About(path, "the file has weights only; expected a whole model, as model.save writes it.");
        var model = Build(description, 0, path);
        var stored = file.Layers.ToDictionary(layer => layer.Name, layer => layer.Weights);
        foreach (var layer in model.Layers) Fill(layer, stored.GetValueOrDefault(layer.Name!, []), path);
        Compile(model, description.Compile);
        return model;
    }

    /// <summary>Fills the layers of one list, and those within models among them.</summary>
    private static void Fill(Model model, ModelDescription description, WeightsFile weights, string container)
    {
        var layers = WeightPaths.Counted(description);
        var paths = WeightPaths.ForReading(weights, [.. layers.Select(layer => (layer.ClassName, layer.Name))], container);
        foreach (var (described, group) in layers.Zip(paths))
        {
            var layer = model.Layer(described.Name);
            if (layer is Model nested) Fill(nested, described.Nested!, weights, $"{group}/{WeightPaths.Layers}");
            else Fill(layer, group is null ? [] : weights.Find(group)?.Variables ?? [], weights.FilePath);
        }
    }

    private static void Fill(Layer layer, IReadOnlyList<StoredArray> stored, string path)
    {
        // The weights of a model within are not its own to initialize: the leaves have them.
        var expected = layer is Model model ? LegacyWeights.Order(model, stored) : [.. layer.Weights.Select(weight => (layer, weight))];
        if (stored.Count != expected.Count)
            throw ModelFormatException.About(path, $"expected {expected.Count} weights of {layer.Subject}; received {stored.Count}.");
        foreach (var ((owner, weight), array) in expected.Zip(stored))
        {
            Fill(weight.Variable, array, $"the {weight.Name} of {owner.Subject}", path);
            weight.IsFilled = true;
        }
    }

    private static Model Build(ModelDescription description, ulong seed, string path)
    {
        Model model = description.Kind == ModelKind.Sequential ? BuildSequential(description, seed, path) : BuildFunctional(description, seed, path);
        if (!description.Trainable) model.Trainable = false;
        return model;
    }

    private static Sequential BuildSequential(ModelDescription description, ulong seed, string path)
    {
        var model = new Sequential(description.Name, seed);
        if (description.Layers is not [{ ClassName: "InputLayer" } or { Nested: not null }, ..])
        {
            if (description.InputShape is not { } shape) throw ModelFormatException.About(path, "expected the shape of the model's input; the file does not say it.");
            model.Add(Create(new LayerDescription("InputLayer", "input_layer", new JsonObject { ["batch_shape"] = KerasJson.ToJson(shape) }), seed, path));
        }

        foreach (var layer in description.Layers) model.Add(Create(layer, seed, path));
        _ = model.Topology;
        return model;
    }

    private static Model BuildFunctional(ModelDescription description, ulong seed, string path)
    {
        var layers = description.Layers.ToDictionary(layer => layer.Name, layer => Create(layer, seed, path));
        description = CountUsesFromZero(description);
        var calls = new Dictionary<(string Layer, int Node), LayerCall>();
        foreach (var input in layers.Values.OfType<Input>()) calls[(input.Name!, 0)] = input.Output.Call;

        // Files need not list layers in the order of computation: connect what can be connected until nothing is left.
        var open = description.Layers.Where(layer => layer.ClassName != "InputLayer").SelectMany(layer => layer.Nodes.Select((node, number) => (Layer: layer, Node: node, Number: number))).ToList();
        while (open.Count > 0)
        {
            var ready = open.Where(call => call.Node.Inputs.All(input => calls.ContainsKey((input.Layer, input.Node)))
                && (call.Number == 0 || calls.ContainsKey((call.Layer.Name, call.Number - 1)))).ToList();
            if (ready.Count == 0) throw ModelFormatException.About(path, $"the inputs of '{open[0].Layer.Name}' lead nowhere or in a circle.");
            foreach (var (layer, node, number) in ready.DistinctBy(call => call.Layer.Name))
            {
                calls[(layer.Name, number)] = layers[layer.Name].Connect([.. node.Inputs.Select(Value)], node.Arguments?.BoolOrNull("training"));
                open.RemoveAll(call => call.Layer == layer && call.Number == number);
            }
        }

        return new Model([.. description.Inputs.Select(Value)], [.. description.Outputs.Select(Value)], description.Name, seed);

        SymbolicTensor Value(TensorReference tensor)
        {
            if (!calls.TryGetValue((tensor.Layer, tensor.Node), out var call)) throw ModelFormatException.About(path, $"expected the layer '{tensor.Layer}' as an end of the model; it is missing.");
            return tensor.Tensor < call.Outputs.Count
                ? call.Outputs[tensor.Tensor]
                : throw ModelFormatException.About(path, $"expected output {tensor.Tensor} of '{tensor.Layer}'; it has {call.Outputs.Count}.");
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

    private static Layer Create(LayerDescription layer, ulong seed, string path)
    {
        if (layer.Nested is not { } nested) return LayerCatalog.Create(layer.ClassName, new LayerConfig(layer.ClassName, layer.Name, layer.Config));
        var model = Build(nested, seed, path);
        model.Name = layer.Name;
        return model;
    }

    /// <summary>Compiles the model as the file says; false where it asks for what is not supported, which leaves the model to be compiled by its user.</summary>
    private static bool Compile(Model model, CompileDescription? compile, JsonObject? rest = null)
    {
        if (compile?.Optimizer is not { } described || KerasOptimizers.Create(described, rest) is not { } optimizer) return false;
        var names = model.Outputs.Select(output => output.Layer.Name!).ToList();
        if (names.Count == 1 && compile.Loss is not JsonArray)
        {
            if (KerasLosses.Create(compile.Loss) is not { } loss) return false;
            model.Compile(optimizer, loss, [.. KerasMetrics.Create(compile.Metrics)]);
            return true;
        }

        var objectives = new List<Objective>();
        for (var i = 0; i < names.Count; i++)
        {
            if (OfOutput(compile.Loss) is not { } wanted) continue;
            if (KerasLosses.Create(wanted) is not { } loss) return false;
            objectives.Add(new Objective(names[i], loss, KerasMetrics.Create(OfOutput(compile.Metrics))) { Weight = (float?)JsonReading.AsNumber(OfOutput(compile.Others["loss_weights"])) ?? 1 });

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
    }
}
