namespace Fovea;

/// <summary>How a network without its top reduces its last features to one value for each channel; Keras' argument <c>pooling</c>.</summary>
public enum GlobalPooling
{
    /// <summary>Not at all: the output is (height, width, channels).</summary>
    None,

    /// <summary>The mean of each channel; <c>"avg"</c>.</summary>
    Average,

    /// <summary>The maximum of each channel; <c>"max"</c>.</summary>
    Max,
}
