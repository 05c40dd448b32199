using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// How a Winograd convolution is split into units, from its shapes only. There are three cases. (1) A unit is a band of tile rows with
/// all filters; a band has several whole images if they are small. (2) If there are too few bands, a unit is a band with some panels of filters. The units of
/// a band share its transformed image. (3) If there are still too few units, they are also split by points, and a final phase combines the products.
/// </summary>
/// <param name="Images">The images of a band.</param>
/// <param name="TileRows">Its rows of tiles.</param>
/// <param name="Outputs">m, the output rows of a row of tiles.</param>
/// <param name="OutputHeight">All output rows.</param>
/// <param name="Filters">The filters of a unit, whole panels.</param>
/// <param name="Points">The points of a unit.</param>
internal readonly record struct WinogradUnits(Cut Images, Cut TileRows, int Outputs, int OutputHeight, Cut Filters, Cut Points)
{
    private const int MinTiles = 8;  // in a band, if the transformed kernel fits L2
    private const int MinTilesOfLarge = 24;  // if it does not: each band reads it again
    private const long CachedKernel = 256 * 1024;  // floats
    private const long MaxProducts = 2 * 1024 * 1024;  // floats of the products at all points: more would not fit the caches

    public int Bands => Images.Parts * TileRows.Parts;

    /// <summary>The output rows of a band; consecutive bands belong to the same images.</summary>
    public WinogradBand Band(int band)
    {
        var (images, rows) = Math.DivRem(band, TileRows.Parts);
        var (image, row) = (Images.Start(images), TileRows.Start(rows) * Outputs);
        return new WinogradBand(image, Images.Start(images + 1) - image, row, Math.Min(OutputHeight, TileRows.Start(rows + 1) * Outputs) - row);
    }

    /// <param name="batch">The number of images.</param>
    /// <param name="window">The window of the convolution.</param>
    /// <param name="outputs">m, the outputs of a tile in each direction.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="filters">Output channels.</param>
    /// <param name="passTiles">The number of tiles that one pass over the transformed kernel serves.</param>
    public static WinogradUnits Create(int batch, Window2D window, int outputs, int channels, int filters, int passTiles)
    {
        var (tileRows, tileColumns) = (Cut.Ceiling(window.OutputHeight, outputs), Cut.Ceiling(window.OutputWidth, outputs));
        var points = (outputs + 2) * (outputs + 2);
        var tiles = batch * tileRows * tileColumns;
        var kernel = (long)points * channels * filters;
        var wanted = Granularity.OfProducts(tiles * kernel);

        // Bands leave each part of the image in the cache of its core from step to step. A kernel larger than the image is read only once.
        var fewest = filters >= 4 * tiles ? tiles : kernel <= CachedKernel ? MinTiles : MinTilesOfLarge;
        var longest = Math.Max(fewest, Math.Min(passTiles, tiles / wanted));
        var images = Cut.AtMost(Math.Max(1, longest / (tileRows * tileColumns)), batch);
        var rows = images.Parts < batch ? Cut.Into(1, tileRows) : Cut.AtMost(Cut.Ceiling(longest, tileColumns), tileRows);
        var panels = Cut.Into(Cut.Ceiling(wanted, images.Parts * rows.Parts), filters, WinogradPanels.Width);
        var units = new WinogradUnits(images, rows, outputs, window.OutputHeight, panels, Cut.Into(1, points));
        var count = units.Bands * Cut.Ceiling(filters, WinogradPanels.Width);
        return 4 * count <= wanted && points * tiles * (long)filters <= MaxProducts
            ? units with { Points = Cut.Into(Cut.Ceiling(wanted, count), points) }
            : units;
    }
}
