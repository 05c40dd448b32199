using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Creates the layers of a model from its description and connects them. Each layer is created at its first use, so that the open sizes of an inner model
/// are those of its inputs.
/// </summary>
internal sealed class ModelBuilding
{
    private const string InputClass = "InputLayer";
    private readonly ModelDescription description;
    private readonly long seed;
    private readonly LoadReport report;
    private readonly IReadOnlyList<KerasValue>? outer;
    private readonly Dictionary<(string Layer, int Node), KerasValue[]> values = [];
    private readonly Dictionary<string, (Layer Layer, bool IsPermuted)> layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelBuilding> within = new(StringComparer.Ordinal);
    private readonly Dictionary<(SymbolicTensor Tensor, bool IsPermuted), KerasValue> permuted = [];
    private readonly Dictionary<string, Shared> shared;
    private readonly HashSet<string> names;
    private readonly bool closes;
    private KerasValue[] inputs = [];
    private KerasValue[] outputs = [];

    private ModelBuilding(
        ModelDescription description, long seed, LoadReport report, IReadOnlyList<KerasValue>? outer, Dictionary<string, Shared> shared, bool closes)
    {
        this.closes = closes;
        this.description = description;
        this.seed = seed;
        this.report = report;
        this.outer = outer;
        this.shared = shared;
        names = [.. description.Layers.Select(layer => layer.Name)];
    }

    /// <summary>Creates a model whose weights are not filled yet.</summary>
    /// <exception cref="ModelFormatException">A layer or a setting is not known, or a layer does not fit its inputs.</exception>
    public static Model Build(ModelDescription description, long seed, LoadReport report, out bool hasPermutedOutput)
    {
        var building = new ModelBuilding(description, seed, report, null, [], closes: false);
        var model = building.Build();
        building.NoteEnds();
        hasPermutedOutput = building.outputs.Any(output => output.IsPermuted);
        return model;
    }

    private Model Build()
    {
        Model model = description.Kind == ModelKind.Sequential ? BuildSequential() : BuildFunctional();
        if (!description.Trainable) model.Trainable = false;
        foreach (var entry in description.Rest) report.Note($"the model '{description.Name}': the file's entry '{entry}' is unknown and was ignored.");
        return model;
    }

    private Sequential BuildSequential()
    {
        var first = description.Layers.FirstOrDefault();
        var rest = description.Layers.AsEnumerable();
        KerasValue value;
        if (first is { ClassName: InputClass })
        {
            value = CreateInput(first, isOnly: true);
            rest = rest.Skip(1);
        }
        else if (description.InputShape is { } || first?.Nested is null)
        {
            var shape = description.InputShape is { } said
                ? KerasJson.ToJson(said)
                : outer is [var only, ..]
                ? [null, .. only.Sizes.Select(size => (JsonNode?)size)]
                : throw ModelFormatException.About(report.FilePath, "expected the shape of the model's input; the file does not have it.");
            value = CreateInput(new LayerDescription(InputClass, Unused("input_layer"), new JsonObject { ["batch_shape"] = shape }), isOnly: true);
        }
        else
        {
            // The inner model has the shape.
            var inner = BuildWithin(first, outer);
            var taken = inner.inputs[0];
            value = new KerasValue(Input.Of(taken.Tensor.Shape, Unused("input_layer")).Output, taken.IsPermuted);
        }

        inputs = [value];
        foreach (var layer in rest) value = Connect(layer, [value], null)[0];
        outputs = [value];
        return new Sequential(description.Name, seed, inputs[0].Tensor, value.Tensor);
    }

    private Model BuildFunctional()
    {
        var counted = CountUsesFromZero(description);
        var ends = counted.Layers.Where(layer => layer.ClassName == InputClass).ToList();
        foreach (var input in ends) values[(input.Name, 0)] = [CreateInput(input, isOnly: ends.Count == 1)];

        // Files need not list layers in the order of computation: connect the layers whose inputs are connected, until none is left.
        var open = counted.Layers.Where(layer => layer.ClassName != InputClass)
            .SelectMany(layer => layer.Nodes.Select((node, number) => (Layer: layer, Node: node, Number: number))).ToList();
        while (open.Count > 0)
        {
            var ready = open.Where(call => call.Node.Inputs.All(input => values.ContainsKey((input.Layer, input.Node)))
                && (call.Number == 0 || values.ContainsKey((call.Layer.Name, call.Number - 1)))).ToList();
            if (ready.Count == 0) throw ModelFormatException.About(report.FilePath, $"the inputs of '{open[0].Layer.Name}' lead nowhere or in a circle.");
            foreach (var (layer, node, number) in ready.DistinctBy(call => call.Layer.Name))
            {
                values[(layer.Name, number)] = Connect(layer, [.. node.Inputs.Select(Value)], node);
                open.RemoveAll(call => call.Layer == layer && call.Number == number);
            }
        }

        inputs = [.. counted.Inputs.Select(Value)];
        outputs = [.. counted.Outputs.Select(Value)];
        return new Model([.. inputs.Select(value => value.Tensor)], [.. outputs.Select(value => value.Tensor)], description.Name, seed);
    }

    private KerasValue Value(TensorReference tensor)
    {
        if (!values.TryGetValue((tensor.Layer, tensor.Node), out var given))
            throw ModelFormatException.About(report.FilePath, $"expected the layer '{tensor.Layer}' as an end of the model; it is missing.");
        return tensor.Tensor < given.Length
            ? given[tensor.Tensor]
            : throw ModelFormatException.About(report.FilePath, $"expected output {tensor.Tensor} of '{tensor.Layer}'; it has {given.Length}.");
    }

    /// <summary>An input. Its open sizes stay open, unless the user gave a shape or the model is to have the sizes of the values it is connected to.</summary>
    private KerasValue CreateInput(LayerDescription layer, bool isOnly)
    {
        var said = layer.Config["batch_shape"] ?? layer.Config["batchInputShape"] ?? layer.Config["batch_input_shape"];
        var sizes = KerasJson.ParseShape(said) is [_, .. var sample]
            ? sample.ToArray()
            : throw ModelFormatException.About(
                report.FilePath, $"expected a batch and sizes of at least 1 as the shape of the input '{layer.Name}'; "
                + $"received {said?.ToJsonString() ?? "nothing"}.");
        var position = description.Inputs.Select(end => end.Layer).ToList().IndexOf(layer.Name);
        if (closes && outer is not null && outer.ElementAtOrDefault(Math.Max(position, 0)) is { Tensor: not null } from && from.Rank == sizes.Length)
            sizes = [.. sizes.Zip(from.Sizes, (said, given) => said ?? given)];
        var isPermuted = sizes.Length >= 2 && ChannelsFirst.LeadsTo(description, layer.Name);
        var shape = OpenSizes.Of(report, layer.Name, isPermuted ? [.. sizes[1..], sizes[0]] : sizes, isOnly && outer is null);
        var config = new Config(layer.ClassName, layer.Name, layer.Config);
        foreach (var note in LayerSettings.JudgeRest(config, layer.ClassName)) report.Note(note);
        return new KerasValue(Input.Of(shape, layer.Name).Output, isPermuted);
    }

    private KerasValue[] Connect(LayerDescription layer, KerasValue[] given, NodeDescription? node)
    {
        if (layer.Nested is not null)
        {
            if (!within.TryGetValue(layer.Name, out var inner)) inner = BuildWithin(layer, given);
            if (given.Length != inner.inputs.Length)
                throw ModelFormatException.About(report.FilePath, $"the model '{layer.Name}' takes {inner.inputs.Length} inputs; it is given {given.Length}.");
            var model = layers[layer.Name]
                .Layer.Connect([.. given.Zip(inner.inputs, (value, input) => InOrder(value, input.IsPermuted).Tensor)], Training(layer, node));
            return [.. model.Outputs.Zip(inner.outputs, (tensor, output) => new KerasValue(tensor, output.IsPermuted))];
        }

        if (!layers.TryGetValue(layer.Name, out var made)) layers[layer.Name] = made = CreateOnce(layer, given);
        var isNew = !made.Layer.IsBuilt;
        var call = made.Layer.Connect([.. given.Select(value => InOrder(value, made.IsPermuted && value.Rank >= 2).Tensor)], Training(layer, node));
        if (isNew) PartTraining.Apply(made.Layer, layer.Config, report.FilePath);
        return [.. call.Outputs.Select(tensor => new KerasValue(tensor, made.IsPermuted && tensor.Shape.Rank >= 2))];
    }

    private (Layer Layer, bool IsPermuted) CreateOnce(LayerDescription layer, KerasValue[] given)
    {
        if (FindShared(layer) is { } known) return (known.Layer, known.IsPermuted);
        var made = Create(layer, given);
        if (layer.SharedId is { } id && !KerasOperations.IsOperation(layer)) shared[id] = new Shared(layer, made.Layer, made.IsPermuted, null);
        return made;
    }

    /// <summary>The layer that another position of the file has created; null if there is none.</summary>
    private Shared? FindShared(LayerDescription layer)
    {
        if (layer.SharedId is not { } id || KerasOperations.IsOperation(layer) || !shared.TryGetValue(id, out var known)) return null;
        return SharedLayers.AreEqual(known.Description, layer) ? known : throw ModelFormatException.About(
            report.FilePath,
            $"{layer.ClassName} '{layer.Name}' and {known.Description.ClassName} '{known.Description.Name}' have the same {SharedLayers.Entry} and are "
                + $"therefore one layer; expected the same settings of both, received {known.Description.Config.ToJsonString()} "
                + $"and {layer.Config.ToJsonString()}.");
    }

    private (Layer Layer, bool IsPermuted) Create(LayerDescription layer, KerasValue[] given)
    {
        if (given.Length == 0) throw ModelFormatException.About(report.FilePath, $"{layer.ClassName} '{layer.Name}' has no input.");
        if (KerasOperations.IsOperation(layer))
        {
            var (operation, isPermuted) = KerasOperations.Create(layer, given);
            report.Note($"the function '{layer.Name}' is the layer {operation.ClassName} here.");
            return (operation, isPermuted);
        }

        var isRegistered = layer.RegisteredName is { } registered && CustomParts.Knows(registered);
        if (layer.IsCustomClass && !isRegistered && LayerCatalog.Known.Find(layer.ClassName) is not null)
            report.Note(
                $"{layer.ClassName} '{layer.Name}' is of the class {layer.RegisteredName ?? $"{layer.Module}.{layer.ClassName}"}; it is read as Keras' layer "
                + "of that name.");
        foreach (var entry in layer.Rest) report.Note($"{layer.ClassName} '{layer.Name}': the file's entry '{entry}' is unknown and was ignored.");
        var applies = !isRegistered && ChannelsFirst.Applies(layer, given);
        var config = new Config(layer.ClassName, layer.Name, applies ? ChannelsFirst.ForPermuted(layer, given[0].Rank) : layer.Config);
        var created = LayerCatalog.Create(layer.ClassName, config, layer.RegisteredName);
        foreach (var note in LayerSettings.JudgeRest(config, layer.ClassName)) report.Note(note);
        if (created is RandomHeight or RandomWidth)
            report.Note($"{created.Subject} passes images on unchanged, in training too, since the resizing after it reverses the stretch.");
        return (created, applies);
    }

    private ModelBuilding BuildWithin(LayerDescription layer, IReadOnlyList<KerasValue>? given)
    {
        if (FindShared(layer) is { Within: { } known, Layer: var same })
        {
            layers[layer.Name] = (same, false);
            return within[layer.Name] = known;
        }

        var (inner, model) = BuildOpenOrClosed(layer.Nested!, given);
        model.Name = layer.Name;
        layers[layer.Name] = (model, false);
        if (layer.SharedId is { } id) shared[id] = new Shared(layer, model, false, inner);
        return within[layer.Name] = inner;
    }

    /// <summary>
    /// Builds an inner model with the open sizes that it has in the file. If a layer does not take every size, the model gets those of its inputs: Keras
    /// allows to reshape (None, None, 64) to (49, 64).
    /// </summary>
    private (ModelBuilding Building, Model Model) BuildOpenOrClosed(ModelDescription nested, IReadOnlyList<KerasValue>? given)
    {
        Dictionary<string, Shared> before = new(shared);
        try
        {
            var open = new ModelBuilding(nested, seed, report, given, shared, closes: false);
            return (open, open.Build());
        }
        catch (ShapeException) when (given is not null && given.All(value => !value.Tensor.Shape.IsOpen))
        {
            shared.Clear();
            foreach (var (id, one) in before) shared[id] = one;
            var closed = new ModelBuilding(nested, seed, report, given, shared, closes: true);
            return (closed, closed.Build());
        }
    }

    /// <summary>The value with its channels last, or in Keras' order. A vector has only one order.</summary>
    private KerasValue InOrder(KerasValue value, bool isPermuted)
    {
        if (value.IsPermuted == isPermuted || value.Rank < 2) return value;
        if (permuted.TryGetValue((value.Tensor, isPermuted), out var known)) return known;
        var layer = ChannelsFirst.Permutation(value.Rank, isPermuted);
        layer.Name = Unused($"{value.Tensor.Layer.Name}_{(isPermuted ? "channels_last" : "channels_first")}");
        return permuted[(value.Tensor, isPermuted)] = new KerasValue(layer.Call(value.Tensor), isPermuted);
    }

    private string Unused(string name)
    {
        var unused = name;
        for (var number = 1; !names.Add(unused); number++) unused = $"{name}_{number}";
        return unused;
    }

    /// <summary>The argument <c>training</c> of a use of a layer; other arguments are refused.</summary>
    private bool? Training(LayerDescription layer, NodeDescription? node)
    {
        if (!KerasOperations.IsOperation(layer) && node?.Positional?.FirstOrDefault(value => value is not null && !IsTensor(value)) is { } placed)
            throw ModelFormatException.About(
                report.FilePath, $"{layer.ClassName} '{layer.Name}' is called with the argument {placed.ToJsonString()}, which is unknown.");
        if (node?.Arguments is not { } arguments) return null;
        if (!KerasOperations.IsOperation(layer))
        {
            foreach (var (key, value) in arguments)
            {
                if (value is null || key is "training" || key is "mask" or "name" || value is JsonObject { Count: 0 } or JsonArray { Count: 0 }
                    || IsTensor(value)) continue;
                throw ModelFormatException.About(
                    report.FilePath, $"{layer.ClassName} '{layer.Name}' is called with {key} = {value.ToJsonString()}, which is unknown.");
            }
        }

        return JsonReading.AsBool(arguments["training"]);
    }

    private static bool IsTensor(JsonNode value) => value is JsonArray list
        ? KerasJson.IsReference(list) || list.All(item => item is not null && IsTensor(item))
        : value is JsonObject described && described.TextOrNull("class_name") == KerasJson.TensorClass;

    private void NoteEnds()
    {
        foreach (var (value, what) in inputs.Select(value => (value, "input")).Concat(outputs.Select(value => (value, "output"))))
        {
            if (value.IsPermuted)
                report.Note($"the {what} '{value.Tensor.Layer.Name}' {value.Print()} is {SymbolicTensor.Print(value.Tensor.Shape)} here, the channels last.");
        }
    }

    /// <summary>
    /// Keras counts the creation of a functional model as its first use, so its uses within another model are numbered from 1.
    /// Here they are numbered from 0, like those of other layers.
    /// </summary>
    private static ModelDescription CountUsesFromZero(ModelDescription description)
    {
        var uses = description.Layers.SelectMany(layer => layer.Nodes).SelectMany(node => node.Inputs).Concat(description.Outputs).ToList();
        var late = description.Layers
            .Where(layer => layer.Nested is not null && uses.Any(use => use.Layer == layer.Name && use.Node >= layer.Nodes.Length))
            .Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        return description with
        {
            Layers = [.. description.Layers.Select(layer => layer with
            {
                Nodes = [.. layer.Nodes.Select(node => node with { Inputs = [.. node.Inputs.Select(FromZero)] })],
            })],
            Outputs = [.. description.Outputs.Select(FromZero)],
        };

        TensorReference FromZero(TensorReference use) => late.Contains(use.Layer) ? use with { Node = use.Node - 1 } : use;
    }

    /// <summary>A layer that occurs at several positions of the file; for a model with the object that built it.</summary>
    private sealed record Shared(LayerDescription Description, Layer Layer, bool IsPermuted, ModelBuilding? Within);
}
