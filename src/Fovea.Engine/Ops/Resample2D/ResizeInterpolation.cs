namespace Fovea;

/// <summary>
/// How a resized image is read between the pixels of the original, at x = (o + ½)·n/m − ½ for pixel o of m, as in TensorFlow without antialiasing.
/// Weights beyond the border are left out, and the others sum to 1.
/// </summary>
public enum ResizeInterpolation
{
    /// <summary>The two neighbours in each direction, weighted by 1 − |x|.</summary>
    Bilinear,

    /// <summary>The pixel ⌊(o + ½)·n/m⌋.</summary>
    Nearest,

    /// <summary>Four neighbours in each direction, by the cubic convolution with a = −½ (Keys 1981, eq. 15).</summary>
    Bicubic,

    /// <summary>Six neighbours in each direction, by sinc x · sinc x/3.</summary>
    Lanczos3,

    /// <summary>Ten neighbours in each direction, by sinc x · sinc x/5.</summary>
    Lanczos5,
}
