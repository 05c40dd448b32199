using Fovea.Formats.Keras;

namespace Fovea.Formats;

/// <summary>Tells whether Keras can read what Fovea writes in its formats.</summary>
public static class KerasCompatibility
{
    /// <summary>
    /// The layers of a model that Keras does not have. A <c>.keras</c> or <c>.h5</c> file of a model with such layers can be read by Fovea only. They are
    /// operators that came from ONNX or TensorFlow Lite, and in a <see cref="Sequential"/> also <see cref="Slice"/> and functions of each element: functional
    /// models of Keras 3 have these as operations, sequential ones cannot contain them.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>The layers in the order of the model, including those of inner models; none if Keras reads the model.</returns>
    public static IReadOnlyList<Layer> UnknownLayers(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Layers.SelectMany(layer => layer is Model inner ? UnknownLayers(inner) : layer.Leaves.Where(leaf => IsUnknown(leaf, model)))
            .Distinct()];
    }

    private static bool IsUnknown(Layer layer, Model model) =>
        LayerCatalog.IsUnknownToKeras(layer.ClassName) && (model is Sequential || KerasFunctions.ClassOf(layer) is null);
}
