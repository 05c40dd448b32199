namespace Fovea.Engine.Ops;

/// <summary>
/// How a pass over a tensor of <paramref name="Rows"/> rows of <paramref name="Channels"/> is split: into units of many rows, and these into chunks of few
/// rows. A block of channels runs down a chunk with its parameters in registers, while the chunks are read in memory order.
/// </summary>
internal readonly record struct ChannelRows(int Rows, int Channels)
{
    private const int UnitFloats = 64 * 1024;
    private const int ChunkFloats = 4 * 1024;
    private const int MaxUnits = 128;

    public int Units => (Rows + UnitRows - 1) / UnitRows;

    public int UnitRows => Math.Max(Math.Max(1, UnitFloats / Channels), (Rows + MaxUnits - 1) / MaxUnits);

    private int ChunkRows => Math.Max(1, ChunkFloats / Channels);

    public static ChannelRows Of(Shape shape) => new(shape.Count / shape[^1], shape[^1]);

    /// <summary>The number of rows of a unit.</summary>
    public int RowsOf(int unit) => Math.Min(UnitRows, Rows - (unit * UnitRows));

    /// <summary>The first row and the number of rows of the next chunk of a unit.</summary>
    public (int First, int Count) Chunk(int unit, int done) => ((unit * UnitRows) + done, Math.Min(ChunkRows, RowsOf(unit) - done));
}
