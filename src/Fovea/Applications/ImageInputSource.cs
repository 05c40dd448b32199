namespace Fovea;

/// <summary>The source of what is known about a model's preprocessing.</summary>
public enum ImageInputSource
{
    /// <summary>The model's own setting, <see cref="Model.ImageInput"/>.</summary>
    Model,

    /// <summary>The first layers, which show the range of the input values. The other settings are the defaults.</summary>
    Layers,

    /// <summary>The names of the layers, which are those of a known network.</summary>
    Names,

    /// <summary>Nothing: the range is an assumption.</summary>
    Assumption,

    /// <summary>The caller has set it.</summary>
    Caller,
}
