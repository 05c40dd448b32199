namespace Fovea;

/// <summary>The part of an image that a network gets.</summary>
public enum ImageFraming
{
    /// <summary>The whole image, resized to the network's size.</summary>
    Whole,

    /// <summary>
    /// The digit on the paper, prepared as for MNIST: light ink on dark paper, inverted if the border of the image is light; the paper set to black; the ink
    /// scaled to fit 20 of 28 pixels and centred by its centre of mass.
    /// </summary>
    Digit,
}
