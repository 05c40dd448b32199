namespace Fovea.Engine.Ops;

/// <summary>How pooling is cut into units: bands of output rows of one image, each worth the trip to another thread.</summary>
internal readonly record struct PoolUnits(int Batch, int OutputHeight, int Rows)
{
    private const long WorthAUnit = 32 * 1024;  // floats read: about 5 µs

    public int Count => Batch * Bands;

    private int Bands => (OutputHeight + Rows - 1) / Rows;

    /// <summary>Image and range of output rows of a unit.</summary>
    public (int Image, int FirstRow, int EndRow) this[int unit]
    {
        get
        {
            var row = unit % Bands * Rows;
            return (unit / Bands, row, Math.Min(OutputHeight, row + Rows));
        }
    }

    public static PoolUnits Create(int batch, Window2D window, int channels)
    {
        var perRow = (long)window.OutputWidth * window.KernelHeight * window.KernelWidth * channels;
        return new PoolUnits(batch, window.OutputHeight, (int)Math.Clamp(WorthAUnit / perRow, 1, window.OutputHeight));
    }
}
