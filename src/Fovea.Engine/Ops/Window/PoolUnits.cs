using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>One unit of a pooling or depthwise convolution: some output rows of an image, for some channels.</summary>
internal readonly record struct PoolUnit(int Image, int FirstRow, int EndRow, int FirstChannel, int EndChannel);

/// <summary>
/// How poolings and depthwise convolutions are split into units, from their shapes only: bands of output rows of one image, and blocks of channels if there
/// are few rows.
/// </summary>
/// <param name="Batch">The number of images.</param>
/// <param name="Rows">The output rows of a unit.</param>
/// <param name="Channels">Its channels.</param>
internal readonly record struct PoolUnits(int Batch, Cut Rows, Cut Channels)
{
    private const int ChannelGrain = 2 * Columns.MaxBlock;

    public int Count => Batch * Rows.Parts * Channels.Parts;

    /// <summary>A unit by its number; consecutive units share rows.</summary>
    public PoolUnit this[int unit]
    {
        get
        {
            var (band, block) = Math.DivRem(unit, Channels.Parts);
            var (image, rows) = Math.DivRem(band, Rows.Parts);
            return new PoolUnit(image, Rows.Start(rows), Rows.Start(rows + 1), Channels.Start(block), Channels.Start(block + 1));
        }
    }

    public static PoolUnits Create(int batch, Window2D window, int channels)
    {
        var wanted = Granularity.OfFloats((long)batch * window.OutputHeight * window.OutputWidth * window.KernelHeight * window.KernelWidth * channels);
        var rows = Cut.Into(Cut.Ceiling(wanted, batch), window.OutputHeight);
        return new PoolUnits(batch, rows, Cut.Into(Cut.Ceiling(wanted, batch * rows.Parts), channels, ChannelGrain));
    }
}
