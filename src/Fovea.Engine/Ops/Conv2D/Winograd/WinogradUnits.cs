namespace Fovea.Engine.Ops;

/// <summary>
/// How a Winograd convolution is cut into units, from its shapes alone: bands of about as many tiles as one pass over the transformed kernel
/// serves (several whole images where they are small), and, where there are few bands, blocks of filters. Blocks of a band share its
/// transformed image, which is then made first.
/// </summary>
internal readonly record struct WinogradUnits(int Batch, int OutputHeight, int TotalFilters, int Images, int Rows, int Filters)
{
    private const int FewUnits = 16;
    private const int FewestTiles = 12;  // with less in a band, the kernel is read too often for what it serves

    public int Bands => Ceiling(Batch, Images) * RowBands;

    public int FilterBlocks => Ceiling(TotalFilters, Filters);

    public int Count => Bands * FilterBlocks;

    private int RowBands => Ceiling(OutputHeight, Rows);

    /// <summary>The output rows of a band; consecutive bands share images.</summary>
    public WinogradBand Band(int band)
    {
        var (image, row) = (band / RowBands * Images, band % RowBands * Rows);
        return new WinogradBand(image, Math.Min(Images, Batch - image), row, Math.Min(Rows, OutputHeight - row));
    }

    /// <param name="batch">How many images there are.</param>
    /// <param name="window">The window of the convolution.</param>
    /// <param name="outputs">m, the outputs of a tile in each direction.</param>
    /// <param name="filters">Output channels.</param>
    /// <param name="tiles">How many tiles one pass over the kernel serves.</param>
    public static WinogradUnits Create(int batch, Window2D window, int outputs, int filters, int tiles)
    {
        var (tileRows, tileColumns) = (Ceiling(window.OutputHeight, outputs), Ceiling(window.OutputWidth, outputs));
        var images = Math.Clamp(tiles / (tileRows * tileColumns), 1, Math.Max(1, batch / FewUnits));
        var rows = images > 1 ? tileRows : Math.Clamp(tiles / tileColumns, 1, tileRows);
        var panels = Ceiling(filters, WinogradPanels.Width);
        if (images == 1)
        {
            // Where there are few filters, rather more and smaller bands.
            var enough = tileRows / Ceiling(FewUnits, panels * batch);
            rows = Math.Min(rows, Math.Max(enough, Ceiling(FewestTiles, tileColumns)));
        }

        rows = Ceiling(tileRows, Ceiling(tileRows, Math.Min(rows, tileRows)));  // bands of equal height
        var units = new WinogradUnits(batch, window.OutputHeight, filters, images, Math.Min(window.OutputHeight, rows * outputs), filters);
        var blocks = Math.Clamp(Ceiling(FewUnits, units.Bands), 1, panels);
        return units with { Filters = Ceiling(panels, blocks) * WinogradPanels.Width };
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
