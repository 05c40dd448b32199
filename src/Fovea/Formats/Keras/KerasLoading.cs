using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea.Formats.Keras;

/// <summary>Builds models from Keras files: <c>.keras</c> and whole models in <c>.h5</c>. A model is loaded whole or not at all.</summary>
internal static class KerasLoading
{
    private static ReadOnlySpan<byte> ZipSignature => "PK"u8;

    /// <summary>Reads a model, whatever the name of the file: its first bytes say what it is.</summary>
    /// <exception cref="ModelFormatException">The file is damaged or has something that is not supported.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using (var stream = File.OpenRead(path)) stream.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        try
        {
            return start.SequenceEqual(ZipSignature) ? LoadArchive(path) : LoadLegacy(path);
        }
        catch (Exception error) when (error is ShapeException or ArgumentException || (error is ModelFormatException && !error.Message.StartsWith('\'')))
        {
            throw ModelFormatException.About(path, error.Message, error);
        }
    }

    /// <summary>Fills a variable from a file.</summary>
    /// <exception cref="ModelFormatException">The shapes differ.</exception>
    public static void Fill(Variable variable, StoredArray stored, string what, string file)
    {
        if (stored.Shape != variable.Shape)
            throw ModelFormatException.About(file, $"expected the shape {variable.Shape} for {what}; received {stored.Shape}.");
        stored.ReadFloats().CopyTo(variable.Values);
    }

    private static Model LoadArchive(string path)
    {
        using var archive = KerasArchive.Open(path);
        var description = archive.ReadModel();
        var state = FoveaState.Read(archive);
        var model = Build(description, state?.Seed ?? 0, path);
        using var weights = archive.OpenWeights();
        var layers = WeightPaths.Counted(description);
        var paths = WeightPaths.ForReading(weights, [.. layers.Select(layer => (layer.ClassName, layer.Name))]);
        foreach (var (layer, group) in layers.Zip(paths))
            Fill(model.Layer(layer.Name), group is null ? [] : weights.Find(group)?.Variables ?? [], path);
        if (Compile(model, description.Compile) && weights.Find(OptimizerVariables.Path) is { } optimizer)
            KerasOptimizers.ReadState(model.Trainer!, optimizer, path);
        if (model.Trainer is { } trainer) trainer.Epochs = state?.Epochs ?? 0;
        return model;
    }

    private static Model LoadLegacy(string path)
    {
        using var file = LegacyModelFile.Open(path);
        var description = file.ReadModel()
            ?? throw ModelFormatException.About(path, "the file has weights only; expected a whole model, as model.save writes it.");
        var model = Build(description, 0, path);
        var stored = file.Layers.ToDictionary(layer => layer.Name, layer => layer.Weights);
        foreach (var layer in model.Layers) Fill(layer, stored.GetValueOrDefault(layer.Name!, []), path);
        Compile(model, description.Compile);
        return model;
    }

    private static void Fill(Layer layer, IReadOnlyList<StoredArray> stored, string path)
    {
        if (stored.Count != layer.Weights.Count)
            throw ModelFormatException.About(path, $"expected {layer.Weights.Count} weights of {layer.Subject}; received {stored.Count}.");
        foreach (var (weight, array) in layer.Weights.Zip(stored))
        {
            Fill(weight.Variable, array, $"the {weight.Variable.Name} of {layer.Subject}", path);
            weight.IsFilled = true;
        }
    }

    private static Model Build(ModelDescription description, ulong seed, string path)
    {
        if (description.Layers.FirstOrDefault(layer => layer.Nested is not null) is { } nested)
            throw ModelFormatException.About(path, $"'{nested.Name}' is a model within the model, which is not supported yet.");
        return description.Kind == ModelKind.Sequential ? BuildSequential(description, seed, path) : BuildFunctional(description, seed, path);
    }

    private static Sequential BuildSequential(ModelDescription description, ulong seed, string path)
    {
        var model = new Sequential(description.Name, seed);
        if (description.Layers is not [{ ClassName: "InputLayer" }, ..])
        {
            if (description.InputShape is not { } shape) throw ModelFormatException.About(path, "expected the shape of the model's input; the file does not say it.");
            model.Add(Create(new LayerDescription("InputLayer", "input_layer", new JsonObject { ["batch_shape"] = KerasJson.ToJson(shape) })));
        }

        foreach (var layer in description.Layers) model.Add(Create(layer));
        _ = model.Topology;
        return model;
    }

    private static Model BuildFunctional(ModelDescription description, ulong seed, string path)
    {
        if (description.Inputs.Length != 1 || description.Outputs.Length != 1)
            throw ModelFormatException.About(path, $"expected a model of one input and one output; received {description.Inputs.Length} and {description.Outputs.Length}.");
        var layers = description.Layers.ToDictionary(layer => layer.Name, Create);
        var values = new Dictionary<(string Layer, int Node), SymbolicTensor>();
        foreach (var input in layers.Values.OfType<Input>()) values[(input.Name!, 0)] = input;

        // Files need not list layers in the order of computation: connect what can be connected until nothing is left.
        var open = description.Layers.Where(layer => layer.ClassName != "InputLayer").SelectMany(layer => layer.Nodes.Select((node, number) => (Layer: layer, Node: node, Number: number))).ToList();
        while (open.Count > 0)
        {
            var ready = open.Where(call => call.Node.Inputs.All(input => values.ContainsKey((input.Layer, input.Node)))
                && (call.Number == 0 || values.ContainsKey((call.Layer.Name, call.Number - 1)))).ToList();
            if (ready.Count == 0) throw ModelFormatException.About(path, $"the inputs of '{open[0].Layer.Name}' lead nowhere or in a circle.");
            foreach (var (layer, node, number) in ready.DistinctBy(call => call.Layer.Name))
            {
                values[(layer.Name, number)] = layers[layer.Name].Call([.. node.Inputs.Select(input => values[(input.Layer, input.Node)])]);
                open.RemoveAll(call => call.Layer == layer && call.Number == number);
            }
        }

        return new Model(Value(description.Inputs[0]), Value(description.Outputs[0]), description.Name, seed);

        SymbolicTensor Value(TensorReference end) => values.TryGetValue((end.Layer, end.Node), out var value)
            ? value
            : throw ModelFormatException.About(path, $"expected the layer '{end.Layer}' as an end of the model; it is missing.");
    }

    private static Layer Create(LayerDescription layer) => LayerCatalog.Create(layer.ClassName, new LayerConfig(layer.ClassName, layer.Name, layer.Config));

    /// <summary>Compiles the model as the file says; false where it asks for what is not supported, which leaves the model to be compiled by its user.</summary>
    private static bool Compile(Model model, CompileDescription? compile)
    {
        if (compile?.Optimizer is not { } described || KerasOptimizers.Create(described) is not { } optimizer || KerasOptimizers.CreateLoss(compile.Loss) is not { } loss) return false;
        model.Compile(optimizer, loss, [.. KerasOptimizers.CreateMetrics(compile.Metrics)]);
        return true;
    }
}
