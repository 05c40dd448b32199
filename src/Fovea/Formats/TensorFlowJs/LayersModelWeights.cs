using Fovea.Formats.Keras;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>The weights of a TensorFlow.js layers model, read into a model with the same layers.</summary>
internal sealed class LayersModelWeights : WeightFormat
{
    private readonly LayersModelFormat format = new();

    public override string Name => format.Name;

    public override IReadOnlyList<string> Extensions => format.Extensions;

    public override bool Recognizes(ReadOnlySpan<byte> start, ModelSource source) => source.IsFile && format.Recognizes(start, source.Name);

    public override void Read(Model model, ModelSource source, WeightMatching matching, LoadReport report)
    {
        var inFile = new LoadReport(source.Name);
        var stored = Weighted(format.Read(source, inFile));
        report.WrittenBy = inFile.WrittenBy;
        foreach (var note in inFile.Notes) report.Note(note);
        var (layers, filling) = (Weighted(model), new WeightFilling(report));
        var named = stored.ToDictionary(layer => layer.Name);
        var byName = matching == WeightMatching.Name || layers.Select(layer => layer.Name).ToHashSet().SetEquals(named.Keys);
        if (!byName && layers.Count != stored.Count)
            throw ModelFormatException.About(
                source.Name, $"expected weights of {layers.Count} layers, the number of layers with weights in the model; received weights of {stored.Count}.");
        for (var i = 0; i < layers.Count; i++)
        {
            if ((byName ? named.GetValueOrDefault(layers[i].Name) : stored[i]) is { } from) Assign(layers[i], from, filling, source.Name);
            else foreach (var weight in layers[i].Weights)
                report.Missing($"{layers[i].Name}/{weight.Name}", weight.Shape, "the file has no layer of that name");
        }

        filling.Replace(model);
    }

    private static List<Layer> Weighted(Model model) => [.. KerasLayerOrder.Of(model).Where(layer => layer.Weights.Count > 0)];

    private static void Assign(Layer layer, Layer from, WeightFilling filling, string file)
    {
        if (from.Weights.Count != layer.Weights.Count)
            throw ModelFormatException.About(
                file, $"expected {layer.Weights.Count} weights of {layer.Subject}; received {from.Weights.Count} in '{from.Name}'.");
        foreach (var (weight, stored) in layer.Weights.Zip(from.Weights))
            filling.Add(StoredArray.From(stored.Name, stored.Variable), $"{from.Name}/{stored.Name}", weight, layer.Name);
    }
}
