namespace Fovea.Engine.Simd;

/// <summary>
/// A matrix [inner, columns] cut into panels, each [inner, 32] and contiguous: what a <see cref="Tile"/> wants for B. The rows of a
/// panel follow each other, so that a long sum streams through memory whatever the number of columns.
/// </summary>
/// <param name="Columns">Columns of the matrix; the last panel has what is left of them.</param>
/// <param name="Inner">Rows of the matrix.</param>
internal readonly unsafe record struct Panels(int Columns, int Inner)
{
    public const int Width = Simd.Columns.MaxBlock;

    private const int RowGrain = 16;  // a cache line of rows to be transposed

    /// <summary>Whether packing so many columns changes their order; with groups each must fill whole panels, since a tile reads one.</summary>
    public static bool Suit(int columns, int groups) => columns > Width && (groups == 1 || columns / groups % Width == 0);

    /// <summary>How many panels there are.</summary>
    public int Count => (Columns + Width - 1) / Width;

    public int Floats => Columns * Inner;

    /// <summary>In how many units they are made: each some rows of a panel.</summary>
    public int Units => Count * Rows.Parts;

    private Cut Rows => Cut.Into(Cut.Ceiling(Granularity.OfFloats(Floats), Count), Inner, RowGrain);

    /// <summary>Makes a unit's share of a matrix that lies as [inner, columns].</summary>
    public void Pack(int unit, float* source, float* panels)
    {
        var (panel, rows) = Math.DivRem(unit, Rows.Parts);
        var (first, end, width) = (Rows.Start(rows), Rows.Start(rows + 1), PanelColumns(panel));
        var target = panels + ((nint)panel * Width * Inner) + ((nint)first * width);
        source += ((nint)first * Columns) + (panel * Width);
        for (var row = first; row < end; row++, source += Columns, target += width)
            new ReadOnlySpan<float>(source, width).CopyTo(new Span<float>(target, width));
    }

    /// <summary>Makes a unit's share of a matrix that lies as [columns, inner], its rows <paramref name="rowStep"/> floats apart.</summary>
    public void Transpose(int unit, float* source, int rowStep, float* panels)
    {
        var (panel, rows) = Math.DivRem(unit, Rows.Parts);
        var column = (nint)panel * Width;
        Transposition.Run(source + (column * rowStep), panels + (column * Inner), PanelColumns(panel), rowStep, Rows.Start(rows), Rows.Start(rows + 1));
    }

    /// <summary>Floats between the rows of the panel that holds <paramref name="column"/>.</summary>
    public int RowStep(int column) => PanelColumns(column / Width);

    /// <summary>Where row 0 of the panel that holds <paramref name="column"/> would have column 0.</summary>
    public nint Start(int column) => ((nint)(column / Width) * Width * Inner) - (column / Width * Width);

    private int PanelColumns(int panel) => Math.Min(Width, Columns - (panel * Width));
}
