namespace Fovea;

/// <summary>
/// How a resized image is computed from the pixels of the original. Along each axis, output pixel o of m is read at x = (o + ½)·n/m − ½ of n input
/// pixels, as in TensorFlow without antialiasing. Pixels beyond the border are ignored, and the weights of the others are scaled to sum to 1.
/// </summary>
public enum ResizeInterpolation
{
    /// <summary>The two nearest pixels along each axis, weighted by 1 − d, where d is the distance.</summary>
    Bilinear,

    /// <summary>The nearest pixel, ⌊(o + ½)·n/m⌋.</summary>
    Nearest,

    /// <summary>The four nearest pixels along each axis, weighted by cubic convolution with a = −½ (Keys 1981, eq. 15).</summary>
    Bicubic,

    /// <summary>The six nearest pixels along each axis, weighted by sinc d · sinc d/3.</summary>
    Lanczos3,

    /// <summary>The ten nearest pixels along each axis, weighted by sinc d · sinc d/5.</summary>
    Lanczos5,
}
