namespace Fovea;

/// <summary>
/// The interpolation of a resized image. Pixel o of m is read at x = (o + ½)·n/m − ½ of the n original pixels, as in TensorFlow without antialiasing.
/// Weights beyond the border are dropped, and the others sum to 1.
/// </summary>
public enum ResizeInterpolation
{
    /// <summary>Two pixels in each direction, with weights 1 − |x|.</summary>
    Bilinear,

    /// <summary>The pixel ⌊(o + ½)·n/m⌋.</summary>
    Nearest,

    /// <summary>Four pixels in each direction, cubic convolution with a = −½ (Keys 1981, eq. 15).</summary>
    Bicubic,

    /// <summary>Six pixels in each direction, with weights sinc x · sinc x/3.</summary>
    Lanczos3,

    /// <summary>Ten pixels in each direction, with weights sinc x · sinc x/5.</summary>
    Lanczos5,
}
