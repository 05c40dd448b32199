namespace Fovea.Explain;

/// <summary>What a layer makes of some images.</summary>
/// <param name="Path">The layer's name, behind those of the models that hold it.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Values">Its output, (batch, height, width, channels) for a layer of images, (batch, units) for a dense one.</param>
public sealed record LayerActivation(string Path, Layer Layer, Tensor Values);

/// <summary>
/// The intermediate activations of a model: what every layer makes of an image, from edges in the first to parts of objects in the
/// last (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks").
/// </summary>
public static class Activations
{
    /// <summary>Computes the outputs of all layers, in their order; those of models within the model stand before it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">One or more inputs: the model's input shape with a batch in front.</param>
    /// <exception cref="ShapeException">The images do not have the model's shape.</exception>
    public static IReadOnlyList<LayerActivation> Compute(Model model, Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var graph = new ModelGraph(model, images.Shape.Rank == 0 ? 1 : images.Shape[0]);
        var values = graph.Compute(images, [.. graph.Layers.Select(layer => layer.Node)]);
        return [.. graph.Layers.Zip(values, (layer, value) => new LayerActivation(layer.Path, layer.Layer, value))];
    }
}
