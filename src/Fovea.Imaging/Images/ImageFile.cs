namespace Fovea.Imaging;

/// <summary>How a picture becomes what a network expects.</summary>
public enum PictureTreatment
{
    /// <summary>The whole picture, scaled to the network's size whatever its proportions, as Keras' <c>load_img</c> does.</summary>
    Whole,

    /// <summary>
    /// The ink on the paper, prepared as MNIST was: light ink on dark paper, whichever way round the picture has it (a light
    /// border means dark ink), the paper made black, the ink scaled to fit 20 of 28 pixels and centred by its mass.
    /// </summary>
    Digit,
}

/// <summary>Reads pictures from files: PNG, JPEG, WebP, GIF, BMP and what else Skia decodes.</summary>
public static class ImageFile
{
    /// <summary>Reads a picture as one input of a network, upright by its EXIF orientation; transparency becomes white paper.</summary>
    /// <param name="path">The file.</param>
    /// <param name="height">The height that the network expects.</param>
    /// <param name="width">The width that the network expects.</param>
    /// <param name="channels">1 for grey (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601), 3 for red, green and blue.</param>
    /// <param name="range">Which numbers stand for the pixels.</param>
    /// <param name="treatment">Whether to look for a digit.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    /// <exception cref="ArgumentException">The channels are neither 1 nor 3, or a digit is asked for in colour.</exception>
    public static Tensor Read(
        string path, int height, int width, int channels, PixelRange range = PixelRange.ZeroToOne, PictureTreatment treatment = PictureTreatment.Whole)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3))
            throw new ArgumentException($"ImageFile: expected 1 channel (grey) or 3 (red, green, blue); received {channels}.", nameof(channels));
        if (treatment == PictureTreatment.Digit && channels != 1)
            throw new ArgumentException($"ImageFile: expected 1 channel for a digit; received {channels}.", nameof(channels));
        using var picture = PictureDecoder.Decode(path, new DecodingOptions(channels));
        var pixels = treatment == PictureTreatment.Digit
            ? DigitFraming.Frame(picture, height, width)
            : Resampling.Resize(picture, height, width).Pixels;
        range.FromUnit(pixels);
        return new Tensor(new Shape(1, height, width, channels), pixels);
    }

    /// <summary>Reads a picture in colour at its own proportions to be shown: upright, its longer side made smaller if it is longer than asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">How long the longer side may be, in pixels.</param>
    /// <returns>A tensor (1, height, width, 3) from 0 to 1.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    public static Tensor ReadToShow(string path, int longest = 640)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        using var decoded = PictureDecoder.Decode(path, new DecodingOptions(3));
        var picture = Resampling.ShrinkTo(decoded, longest);
        return new Tensor(new Shape(1, picture.Height, picture.Width, 3), picture.Pixels);
    }
}
