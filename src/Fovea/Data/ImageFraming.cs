namespace Fovea;

/// <summary>The part of an image that a network gets.</summary>
public enum ImageFraming
{
    /// <summary>The whole image, resized to the network's size.</summary>
    Whole,

    /// <summary>
    /// The digit, prepared as in MNIST: light ink on black paper. An image with a light border is inverted, and the paper is set to black. The ink is scaled to
    /// fit 20 of 28 pixels, and its centre of mass is moved to the centre.
    /// </summary>
    Digit,
}
