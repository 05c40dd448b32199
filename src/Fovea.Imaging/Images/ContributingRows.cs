namespace Fovea.Imaging;

/// <summary>
/// The rows of the result to which a row of the source contributes, while the source is read from top to bottom. Both the first and the last source row of
/// a new row increase with it, so that these rows are contiguous.
/// </summary>
/// <param name="rows">The source rows of each new row.</param>
internal sealed class ContributingRows(PixelTaps[] rows)
{
    /// <summary>The first of the rows.</summary>
    public int Begin { get; private set; }

    /// <summary>The row after the last one.</summary>
    public int End { get; private set; }

    /// <summary>Moves to a row of the source, which is below the one before.</summary>
    /// <returns>Whether the row contributes to any.</returns>
    public bool MoveTo(int y)
    {
        while (End < rows.Length && rows[End].First <= y) End++;
        while (Begin < End && rows[Begin].End <= y) Begin++;
        return Begin < End;
    }
}
