namespace Fovea.Formats;

/// <summary>How the weights of a file are matched with the weights of an existing model.</summary>
public enum WeightMatching
{
    /// <summary>
    /// By order, the default of Keras: the first layer with weights in the file fills the first one in the model, and so on, whatever their names. The order of
    /// a model with branches is that of Keras' <c>model.layers</c>. If the layers of file and model have the same names, they are matched by them. All layers
    /// must be present and fit.
    /// </summary>
    Order,

    /// <summary>
    /// By name, as with Keras' <c>by_name=True</c>. Layers that the file lacks keep their weights, and layers that the model lacks are ignored; the
    /// report lists both.
    /// </summary>
    Name,
}
