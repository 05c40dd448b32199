using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// How a Winograd convolution is cut into units, from its shapes alone: bands of tiles (several whole images where they are small), each for all
/// filters; where there are too few bands for that, each for some panels of filters, with the band's transformed image, made first, in common; and
/// where there are still too few, each for some of the n² points, whose products for all tiles are then kept and brought together last.
/// </summary>
/// <param name="Images">The images of a band.</param>
/// <param name="TileRows">Its rows of tiles.</param>
/// <param name="Outputs">m, the output rows of a row of tiles.</param>
/// <param name="OutputHeight">All output rows.</param>
/// <param name="Filters">The filters of a unit, whole panels.</param>
/// <param name="Points">The points of a unit.</param>
internal readonly record struct WinogradUnits(Cut Images, Cut TileRows, int Outputs, int OutputHeight, Cut Filters, Cut Points)
{
    private const int MinTiles = 8;  // in a band, where the kernel fits the second cache
    private const int MinTilesOfLarge = 24;  // where it does not: it is read anew for each band
    private const long CachedKernel = 256 * 1024;  // floats
    private const long MaxProducts = 2 * 1024 * 1024;  // floats kept for all points: more would go through memory

    public int Bands => Images.Parts * TileRows.Parts;

    /// <summary>The output rows of a band; consecutive bands share images.</summary>
    public WinogradBand Band(int band)
    {
        var (images, rows) = Math.DivRem(band, TileRows.Parts);
        var (image, row) = (Images.Start(images), TileRows.Start(rows) * Outputs);
        return new WinogradBand(image, Images.Start(images + 1) - image, row, Math.Min(OutputHeight, TileRows.Start(rows + 1) * Outputs) - row);
    }

    /// <param name="batch">How many images there are.</param>
    /// <param name="window">The window of the convolution.</param>
    /// <param name="outputs">m, the outputs of a tile in each direction.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="filters">Output channels.</param>
    /// <param name="passTiles">How many tiles one pass over the transformed kernel serves.</param>
    public static WinogradUnits Create(int batch, Window2D window, int outputs, int channels, int filters, int passTiles)
    {
        var (tileRows, tileColumns) = (Cut.Ceiling(window.OutputHeight, outputs), Cut.Ceiling(window.OutputWidth, outputs));
        var points = (outputs + 2) * (outputs + 2);
        var tiles = batch * tileRows * tileColumns;
        var kernel = (long)points * channels * filters;
        var wanted = Granularity.OfProducts(tiles * kernel);

        // Bands keep the image where it is, from one step to the next; but a kernel that outweighs it is read once.
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
