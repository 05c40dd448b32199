using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The layout of a transformed kernel: for each panel of 32 filters and each of the n² points a contiguous matrix [channels, filters of the panel], so that
/// the products of a panel stream through memory.
/// </summary>
internal readonly record struct WinogradPanels(int Points, int Channels, int Filters)
{
    public const int Width = Columns.MaxBlock;

    /// <summary>The number of panels; the last may have fewer filters.</summary>
    public int Count => (Filters + Width - 1) / Width;

    /// <summary>The filters of the panel that begins at filter <paramref name="first"/>.</summary>
    public int FiltersOf(int first) => Math.Min(Width, Filters - first);

    /// <summary>The offset of the panel that begins at filter <paramref name="first"/>.</summary>
    public nint Start(int first) => (nint)Points * Channels * first;

    /// <summary>The offset of the value of a point, a channel and a filter.</summary>
    public nint Position(int point, int channel, int filter)
    {
        var first = filter / Width * Width;
        return Start(first) + ((((nint)point * Channels) + channel) * FiltersOf(first)) + (filter - first);
    }
}
