namespace Fovea.Imaging;

/// <summary>The label of each pixel of a mask, upright.</summary>
internal sealed record LabelImage(ushort[] Labels, int Height, int Width)
{
    /// <summary>Resizes by nearest neighbor, with the pixels that Pillow chooses: no label is blended with another.</summary>
    /// <param name="height">The new height.</param>
    /// <param name="width">The new width.</param>
    /// <param name="fit">The treatment of another aspect ratio, the same as that of the image.</param>
    /// <param name="outside">The label of pixels that are added at the sides (<see cref="ImageFit.Pad"/>).</param>
    public LabelImage Resize(int height, int width, ImageFit fit = ImageFit.Stretch, ushort outside = 0)
    {
        var (rows, columns) = (new int[height], new int[width]);
        var (window, columnWindow) = SourceWindow.Of(Height, Width, height, width, fit);
        ResizeKernel.NearestPixels(Height, window, rows);
        ResizeKernel.NearestPixels(Width, columnWindow, columns);
        var resized = new ushort[height * width];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                resized[(y * width) + x] = rows[y] < 0 || columns[x] < 0 ? outside : Labels[(rows[y] * Width) + columns[x]];
        return new LabelImage(resized, height, width);
    }
}
