namespace Fovea.Explain;

/// <summary>The output of one layer for some images.</summary>
/// <param name="Path">The path of the layer: its name after the names of the models that contain it.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Values">Its output, (batch, height, width, channels) for a layer of images, (batch, units) for a dense one.</param>
public sealed record LayerActivation(string Path, Layer Layer, Tensor Values);

/// <summary>
/// Computes the intermediate activations of a model: the output of every layer for an image, from edges in the first layers to parts of
/// objects in the last (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks").
/// </summary>
public static class LayerActivations
{
    /// <summary>Computes the outputs of all layers in their order. The layers of an inner model come before that model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">One or more inputs, (batch, …) with the model's input shape.</param>
    /// <param name="cancellationToken">Stops before the model runs.</param>
    /// <exception cref="ShapeException">The images do not have the model's shape.</exception>
    public static IReadOnlyList<LayerActivation> Compute(Model model, Tensor images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var graph = new ModelGraph(model, images.Shape.Rank == 0 ? 1 : images.Shape[0]);
        cancellationToken.ThrowIfCancellationRequested();
        var values = graph.Compute(images, [.. graph.Layers.Select(layer => layer.Node)]);
        return [.. graph.Layers.Zip(values, (layer, value) => new LayerActivation(layer.Path, layer.Layer, value))];
    }
}
