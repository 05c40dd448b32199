using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>One unit of a convolution: some images, some of their output rows, some of the output channels.</summary>
internal readonly record struct Conv2DUnit(int FirstImage, int Images, int FirstRow, int Rows, int FirstChannel, int EndChannel);

/// <summary>
/// How a convolution is split into units, from its shapes only: several whole images if they are small, bands of rows if an image is large, and blocks of
/// output channels if there are few pixels, as in the last layers of a deep network on one image.
/// </summary>
/// <param name="Images">The images of a unit.</param>
/// <param name="Rows">Its output rows.</param>
/// <param name="Channels">Its output channels.</param>
/// <param name="SharesKernel">Whether consecutive units share output channels, and so a part of the kernel; otherwise they share rows.</param>
internal readonly record struct Conv2DUnits(Cut Images, Cut Rows, Cut Channels, bool SharesKernel)
{
    private const int MinPixels = 48;  // pixels of a unit, which reads each block of the kernel once for all its pixels
    private const int MinPixelsOfLargeKernel = 24;
    private const long Outweighs = 8;  // kernel size / image size: re-reading images is cheap (other cores have them in cache), but the kernel is prefetched
    private const long BandFloats = 96 * 1024;  // of the image under a band, so that it stays in L2

    public int Count => Images.Parts * Rows.Parts * Channels.Parts;

    public Conv2DUnit this[int unit]
    {
        get
        {
            var bands = Images.Parts * Rows.Parts;
            var (band, block) = SharesKernel ? (unit % bands, unit / bands) : (unit / Channels.Parts, unit % Channels.Parts);
            var (images, rows) = Math.DivRem(band, Rows.Parts);
            var (image, row) = (Images.Start(images), Rows.Start(rows));
            return new Conv2DUnit(
                image, Images.Start(images + 1) - image, row, Rows.Start(rows + 1) - row, Channels.Start(block), Channels.Start(block + 1));
        }
    }

    public static Conv2DUnits Create(int batch, Window2D window, int inputChannels, int outputChannels, int groups = 1)
    {
        var kernel = (long)window.KernelHeight * window.KernelWidth * inputChannels * outputChannels / groups;
        var wanted = Granularity.OfProducts(kernel * batch * window.OutputHeight * window.OutputWidth);
        var cachedRows = (int)Math.Clamp(BandFloats / ((long)window.StrideHeight * window.InputWidth * inputChannels), 1, int.MaxValue);
        var cachedImages = Math.Clamp(cachedRows / window.OutputHeight, 1, Math.Max(1, batch / wanted));
        var images = Cut.AtMost(Math.Max(cachedImages, Cut.Ceiling(MinPixelsOfLargeKernel, window.OutputHeight * window.OutputWidth)), batch);

        // If the kernel is much larger than the images, re-read the images rather than the kernel.
        if (kernel > Outweighs * batch * window.InputHeight * window.InputWidth * inputChannels)
        {
            var panels = Cut.Into(Cut.Ceiling(wanted, images.Parts), outputChannels, Columns.MaxBlock);
            return new Conv2DUnits(
                images, CutRows(window, Cut.Ceiling(wanted, images.Parts * panels.Parts), MinPixelsOfLargeKernel), panels, SharesKernel: true);
        }

        var bands = Math.Max(Cut.Ceiling(wanted, images.Parts), images.Parts < batch ? 1 : Cut.Ceiling(window.OutputHeight, cachedRows));
        var rows = CutRows(window, bands, MinPixels);
        return new Conv2DUnits(
            images, rows, Cut.Into(Cut.Ceiling(wanted, images.Parts * rows.Parts), outputChannels, Columns.MaxBlock), SharesKernel: false);
    }

    /// <summary>Splits rows into parts with at least <paramref name="minPixels"/> pixels on average; if a row is one pixel, into whole tiles.</summary>
    private static Cut CutRows(Window2D window, int parts, int minPixels) => Cut.Into(
        Math.Min(parts, (long)window.OutputHeight * window.OutputWidth / minPixels), window.OutputHeight, window.OutputWidth == 1 ? Tile.MaxRows : 1);
}
