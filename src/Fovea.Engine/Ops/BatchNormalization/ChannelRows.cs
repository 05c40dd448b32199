namespace Fovea.Engine.Ops;

/// <summary>
/// Splits a pass over a tensor of <paramref name="Rows"/> rows of <paramref name="Channels"/> into units of many rows, and each unit into chunks of few
/// rows. The pass processes a chunk in blocks of channels, each down all rows with its parameters in registers. A chunk fits into the L1 cache, so
/// memory is read in order, chunk by chunk.
/// </summary>
internal readonly record struct ChannelRows(int Rows, int Channels)
{
    private const int UnitFloats = 64 * 1024;
    private const int ChunkFloats = 4 * 1024;  // 16 KB
    private const int MaxUnits = 128;

    public int Units => (Rows + UnitRows - 1) / UnitRows;

    public int UnitRows => Math.Max(Math.Max(1, UnitFloats / Channels), (Rows + MaxUnits - 1) / MaxUnits);

    private int ChunkRows => Math.Max(1, ChunkFloats / Channels);

    public static ChannelRows Of(Shape shape) => new(shape.Count / shape[^1], shape[^1]);

    /// <summary>The number of rows of a unit.</summary>
    public int RowsOf(int unit) => Math.Min(UnitRows, Rows - (unit * UnitRows));

    /// <summary>The chunk of a unit that follows the first <paramref name="done"/> rows: its first row and its number of rows.</summary>
    public (int First, int Count) Chunk(int unit, int done) => ((unit * UnitRows) + done, Math.Min(ChunkRows, RowsOf(unit) - done));
}
