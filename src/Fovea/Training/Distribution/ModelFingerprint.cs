using System.Globalization;

namespace Fovea;

/// <summary>The part of a fingerprint that describes a model: its layers, their settings and connections, and all values.</summary>
internal static class ModelFingerprint
{
    /// <summary>Adds the layers with their settings and connections, those of inner models and parts of layers too.</summary>
    public static void Add(Fingerprint fingerprint, Model model)
    {
        fingerprint.Add("seed of the model", model.Seed);
        fingerprint.Add("memory limit of the model in bytes", model.MemoryLimit);
        fingerprint.Add("list of the model's class names", model.ClassNames.Count == 0 ? "empty" : string.Join(", ", model.ClassNames));
        var layers = new List<(Layer Layer, string Inputs, Shape? Output)>();
        Collect(model, layers);
        fingerprint.Add("number of layers", layers.Count);
        var described = new HashSet<Layer>();
        for (var i = 0; i < layers.Count; i++)
        {
            var (layer, inputs, output) = layers[i];
            fingerprint.Add($"layer {i + 1}", layer.IsModel ? $"model '{layer.Name}'" : $"{layer.ClassName} '{layer.Name}'");
            if (inputs.Length > 0) fingerprint.Add($"input of layer {i + 1}", inputs);
            if (output is { } shape) fingerprint.Add($"output shape of layer {i + 1}", shape.ToString());
            if (layer.IsModel || !described.Add(layer)) continue;
            var what = $"layer '{layer.Name}' (number {i + 1})";
            fingerprint.Add(what, layer);
            fingerprint.Add($"setting 'Trainable' of the {what}", layer.Trainable);
            fingerprint.Add($"setting 'LearningRateMultiplier' of the {what}", layer.LearningRateMultiplier.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Adds the values of the weights and of everything that the optimizer keeps for them.</summary>
    public static void AddValues(Fingerprint fingerprint, Trainer trainer)
    {
        const string Fix = "load the same weights in all processes";
        var slots = trainer.Weights.ToDictionary(weight => weight.Variable, weight => weight.Slots);
        var number = 0;
        foreach (var weight in trainer.Model.Weights)
        {
            var of = $"weight {++number}, '{weight.Layer!.Name}/{weight.Name}'";
            fingerprint.Add($"hash of {of}", ContentHash.Print(ContentHash.Of([weight.Variable])), Fix);
            if (slots.TryGetValue(weight.Variable, out var kept) && kept.Count > 0)
                fingerprint.Add($"hash of the optimizer's state for {of}", ContentHash.Print(ContentHash.Of(kept)), Fix);
        }
    }

    /// <summary>Collects each use of a layer, with the names of the layers that it reads and the shape of its output; parts of layers follow them.</summary>
    private static void Collect(Model model, List<(Layer Layer, string Inputs, Shape? Output)> layers)
    {
        foreach (var call in model.Topology.Calls)
        {
            var inputs = string.Join(", ", call.Inputs.Select(input => input.Layer.Name));
            layers.Add((call.Layer, call.Training is { } training ? $"{inputs} (training: {training})" : inputs, call.Outputs[0].Shape));
            CollectParts(call.Layer, layers);
        }
    }

    private static void CollectParts(Layer layer, List<(Layer Layer, string Inputs, Shape? Output)> layers)
    {
        if (layer is Model inner)
        {
            Collect(inner, layers);
            return;
        }

        foreach (var part in layer.Contained)
        {
            layers.Add((part, "", null));
            CollectParts(part, layers);
        }
    }
}
