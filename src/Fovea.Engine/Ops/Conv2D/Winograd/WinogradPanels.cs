using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Where a transformed kernel has its values: for each panel of 32 filters, for each of the n² points, a contiguous matrix [channels,
/// filters of the panel], so that the products of a panel stream through memory.
/// </summary>
internal readonly record struct WinogradPanels(int Points, int Channels, int Filters)
{
    public const int Width = Columns.MaxBlock;

    /// <summary>How many panels there are; the last has what is left of the filters.</summary>
    public int Count => (Filters + Width - 1) / Width;

    /// <summary>Filters of the panel that begins with filter <paramref name="first"/>.</summary>
    public int FiltersOf(int first) => Math.Min(Width, Filters - first);

    /// <summary>Where the panel that begins with filter <paramref name="first"/> begins.</summary>
    public nint Start(int first) => (nint)Points * Channels * first;

    /// <summary>Where the value of a point, a channel and a filter lies.</summary>
    public nint Position(int point, int channel, int filter)
    {
        var first = filter / Width * Width;
        return Start(first) + ((((nint)point * Channels) + channel) * FiltersOf(first)) + (filter - first);
    }
}
