namespace Fovea;

/// <summary>How a window that reaches over the border of an image is treated.</summary>
public enum Padding
{
    /// <summary>No padding: only windows that lie inside the image, so the output shrinks.</summary>
    Valid,

    /// <summary>
    /// Zeros around the image so that the output has ⌈input / stride⌉ positions. The zeros are split evenly between both
    /// sides; an odd one goes to the bottom and the right, as in TensorFlow.
    /// </summary>
    Same,
}
