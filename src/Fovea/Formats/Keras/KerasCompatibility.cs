namespace Fovea.Formats;

/// <summary>Tells whether Keras can read what Fovea writes in its formats.</summary>
public static class KerasCompatibility
{
    /// <summary>
    /// The layers of a model that Keras does not have: operators that came from ONNX or TensorFlow Lite. A <c>.keras</c> or <c>.h5</c> file of a model
    /// with such layers can be read by Fovea only.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>The layers in the order of the model, including those of inner models; none if Keras reads the model.</returns>
    public static IReadOnlyList<Layer> UnknownLayers(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Leaves.Where(layer => LayerCatalog.IsUnknownToKeras(layer.ClassName))];
    }
}
