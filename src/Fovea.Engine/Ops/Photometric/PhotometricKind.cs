namespace Fovea.Engine.Ops;

/// <summary>A change of an image's colors by <see cref="PhotometricOp"/>: first those of the Python Imaging Library, then those of Keras.</summary>
public enum PhotometricKind
{
    /// <summary>No change.</summary>
    Identity,

    /// <summary>Mixes with black: amount 0 is black, 1 the image, above 1 brighter.</summary>
    Brightness,

    /// <summary>Mixes with the gray image: amount 0 is gray, 1 the image, above 1 more colorful.</summary>
    Color,

    /// <summary>Mixes with the mean gray value of the image: amount 0 is uniform, 1 the image.</summary>
    Contrast,

    /// <summary>Mixes with the image smoothed by (1 1 1; 1 5 1; 1 1 1) / 13: amount 0 is smooth, 1 the image. The pixels of the border stay.</summary>
    Sharpness,

    /// <summary>Keeps the highest bits of the 8 of each value; the amount is their number.</summary>
    Posterize,

    /// <summary>Inverts values from a threshold on; the amount is the threshold in a range of 0 to 255.</summary>
    Solarize,

    /// <summary>Stretches each channel to the whole range.</summary>
    AutoContrast,

    /// <summary>Equalizes the histogram of each channel.</summary>
    Equalize,

    /// <summary>Inverts all values.</summary>
    Invert,

    /// <summary>Adds the amount to all values.</summary>
    Shift,

    /// <summary>Mixes with the gray image, 0.2989 red + 0.587 green + 0.114 blue: amount 0 is the image, 1 is gray.</summary>
    GrayBlend,

    /// <summary>Multiplies the distance from the mean of each channel by the amount.</summary>
    ChannelContrast,

    /// <summary>As <see cref="Sharpness"/>, also at the border, where pixels outside count as 0.</summary>
    PaddedSharpness,

    /// <summary>Adds the second amount, in a range of 0 to 255, then inverts values from the threshold on.</summary>
    ShiftedSolarize,

    /// <summary>Equalizes the histogram of each channel by the shares of pixels up to each level, without those of the darkest level.</summary>
    ExactEqualize,
}
