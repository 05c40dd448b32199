namespace Fovea;

/// <summary>
/// How an image gets another size. The centres of pixels are at (i + 0.5) · scale. With antialiasing the filters are widened when an image is made
/// smaller, each pass rounds to bytes, and the bytes are those of Pillow's <c>Image.resize</c> (<see cref="Area"/> aside, which Pillow does not have).
/// </summary>
public enum ResizeMethod
{
    /// <summary>A triangle: Pillow's <c>BILINEAR</c>, and <c>bilinear</c> of Keras' data sets.</summary>
    Bilinear,

    /// <summary>The pixel that lies at the centre: Pillow's <c>NEAREST</c>. Antialiasing changes nothing.</summary>
    Nearest,

    /// <summary>Keys' cubic with a = −0.5, Pillow's <c>BICUBIC</c>.</summary>
    Bicubic,

    /// <summary>The mean of what a pixel covers, parts of pixels included: <c>area</c> of TensorFlow and OpenCV. It always counts every pixel.</summary>
    Area,

    /// <summary>A sinc over three pixels to both sides, Pillow's <c>LANCZOS</c>.</summary>
    Lanczos,
}
