namespace Fovea;

/// <summary>
/// The methods of resizing an image. The centres of pixels are at (i + 0.5) · scale. With antialiasing, the filters are widened when an image is reduced, each
/// pass rounds to bytes, and the result has the bytes of Pillow's <c>Image.resize</c>, except for <see cref="Area"/>, which Pillow does not have.
/// </summary>
public enum ResizeMethod
{
    /// <summary>A triangle filter: Pillow's <c>BILINEAR</c>, and <c>bilinear</c> of Keras' data sets.</summary>
    Bilinear,

    /// <summary>The pixel at the centre: Pillow's <c>NEAREST</c>. Antialiasing has no effect.</summary>
    Nearest,

    /// <summary>Keys' cubic filter with a = −0.5: Pillow's <c>BICUBIC</c>.</summary>
    Bicubic,

    /// <summary>
    /// The mean of the area that a new pixel covers, with fractions of pixels: <c>area</c> of TensorFlow and OpenCV. Every pixel always counts.
    /// </summary>
    Area,

    /// <summary>A windowed sinc filter over three pixels on both sides: Pillow's <c>LANCZOS</c>.</summary>
    Lanczos,
}
