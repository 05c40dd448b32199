namespace Fovea;

/// <summary>The treatment of windows that reach beyond the border of an image.</summary>
public enum Padding
{
    /// <summary>No padding: only windows inside the image, so the output is smaller.</summary>
    Valid,

    /// <summary>
    /// Zeros around the image, so that the output has ⌈input / stride⌉ positions. The zeros are split evenly between both sides; an odd one goes to the bottom
    /// and the right, as in TensorFlow.
    /// </summary>
    Same,
}
