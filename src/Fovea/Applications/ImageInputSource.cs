namespace Fovea;

/// <summary>What is known from where of how a model takes images.</summary>
public enum ImageInputSource
{
    /// <summary>The model says it: <see cref="Model.ImageInput"/>.</summary>
    Model,

    /// <summary>The first layers tell which numbers stand for pixels; the rest is as Fovea reads by default.</summary>
    Layers,

    /// <summary>The layers are named as those of a known network, whose numbers these are.</summary>
    Names,

    /// <summary>Nothing tells.</summary>
    Assumption,

    /// <summary>Whoever uses the model said it.</summary>
    Caller,
}
