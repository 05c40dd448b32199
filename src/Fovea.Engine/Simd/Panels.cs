namespace Fovea.Engine.Simd;

/// <summary>
/// The packed layout of a matrix [inner, columns]: panels of 32 columns, each a contiguous matrix [inner, 32]. A <see cref="Tile"/> that reads B in
/// panels streams through memory, however many columns the matrix has.
/// </summary>
/// <param name="Columns">Columns of the matrix; the last panel may have fewer than 32.</param>
/// <param name="Inner">Rows of the matrix.</param>
internal readonly unsafe record struct Panels(int Columns, int Inner)
{
    public const int Width = Simd.Columns.MaxBlock;

    private const int RowGrain = 16;  // a cache line of rows to be transposed

    /// <summary>
    /// Whether packing changes the order of the elements. With groups, the columns of each must fill whole panels, since a tile reads one panel.
    /// </summary>
    public static bool Suit(int columns, int groups) => columns > Width && (groups == 1 || columns / groups % Width == 0);

    /// <summary>The number of panels.</summary>
    public int Count => (Columns + Width - 1) / Width;

    public int Floats => Columns * Inner;

    /// <summary>The units that pack the matrix, each some rows of a panel.</summary>
    public int Units => Count * Rows.Parts;

    private Cut Rows => Cut.Into(Cut.Ceiling(Granularity.OfFloats(Floats), Count), Inner, RowGrain);

    /// <summary>Packs a unit's share of a matrix stored as [inner, columns].</summary>
    public void Pack(int unit, float* source, float* panels)
    {
        var (panel, rows) = Math.DivRem(unit, Rows.Parts);
        var (first, end, width) = (Rows.Start(rows), Rows.Start(rows + 1), PanelColumns(panel));
        var target = panels + ((nint)panel * Width * Inner) + ((nint)first * width);
        source += ((nint)first * Columns) + (panel * Width);
        for (var row = first; row < end; row++, source += Columns, target += width)
            new ReadOnlySpan<float>(source, width).CopyTo(new Span<float>(target, width));
    }

    /// <summary>Packs a unit's share of a matrix stored transposed, [columns, inner], with rows <paramref name="rowStep"/> floats apart.</summary>
    public void Transpose(int unit, float* source, int rowStep, float* panels)
    {
        var (panel, rows) = Math.DivRem(unit, Rows.Parts);
        var column = (nint)panel * Width;
        Transposition.Run(source + (column * rowStep), panels + (column * Inner), PanelColumns(panel), rowStep, Rows.Start(rows), Rows.Start(rows + 1));
    }

    /// <summary>The distance of rows in the panel that contains <paramref name="column"/>.</summary>
    public int RowStep(int column) => PanelColumns(column / Width);

    /// <summary>The offset at which column 0 would be in row 0 of the panel that contains <paramref name="column"/>; tiles add the column to it.</summary>
    public nint Start(int column) => ((nint)(column / Width) * Width * Inner) - (column / Width * Width);

    private int PanelColumns(int panel) => Math.Min(Width, Columns - (panel * Width));
}
