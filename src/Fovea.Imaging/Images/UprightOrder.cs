namespace Fovea.Imaging;

/// <summary>The order in which the stored pixels of an image are read so that it is upright.</summary>
internal readonly record struct UprightOrder
{
    /// <param name="height">The number of stored rows.</param>
    /// <param name="width">The number of stored columns.</param>
    /// <param name="pixel">The distance of two stored pixels of a row, in array elements.</param>
    /// <param name="row">The distance of two stored rows, in array elements.</param>
    /// <param name="orientation">From 1 to 8, as in EXIF 2.32, tag Orientation: 1 is upright.</param>
    public UprightOrder(int height, int width, int pixel, int row, int orientation)
    {
        (Height, Width) = orientation >= 5 ? (width, height) : (height, width);
        var (right, bottom) = ((width - 1) * pixel, (height - 1) * row);
        (Start, PixelStep, RowStep) = orientation switch
        {
            2 => (right, -pixel, row),
            3 => (right + bottom, -pixel, -row),
            4 => (bottom, pixel, -row),
            5 => (0, row, pixel),
            6 => (bottom, -row, pixel),
            7 => (right + bottom, -row, -pixel),
            8 => (right, row, -pixel),
            _ => (0, pixel, row),
        };
    }

    /// <summary>The height of the upright image.</summary>
    public int Height { get; }

    /// <summary>The width of the upright image.</summary>
    public int Width { get; }

    /// <summary>The array index of its first pixel.</summary>
    public int Start { get; }

    /// <summary>The distance of its rows.</summary>
    public int RowStep { get; }

    /// <summary>The distance of the pixels of a row.</summary>
    public int PixelStep { get; }
}
