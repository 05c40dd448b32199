namespace Fovea.Formats;

/// <summary>How the weights of a file are matched with those of a model that is there already.</summary>
public enum WeightMatching
{
    /// <summary>
    /// The first layer with weights of the file is the first of the model, and so on, whatever they are called: Keras' usual way. All must be there, and fit.
    /// </summary>
    Order,

    /// <summary>
    /// Layers of the same name, as Keras' <c>by_name=True</c>: what the file lacks stays as it is, what the model lacks is ignored; the report tells.
    /// </summary>
    Name,
}
