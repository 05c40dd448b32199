namespace Fovea;

/// <summary>What of an image a network is shown.</summary>
public enum ImageFraming
{
    /// <summary>The whole image, brought to the network's size.</summary>
    Whole,

    /// <summary>
    /// The ink on the paper, prepared as MNIST was: light ink on dark paper, whichever way round the image has it (a light
    /// border means dark ink), the paper made black, the ink scaled to fit 20 of 28 pixels and centred by its mass.
    /// </summary>
    Digit,
}
