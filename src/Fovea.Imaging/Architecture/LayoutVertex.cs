namespace Fovea.Imaging;

/// <summary>A box, or the place of a long edge in one row.</summary>
internal sealed class LayoutVertex
{
    /// <summary>The number of the box; −1 for a long edge.</summary>
    public required int Node { get; init; }

    public required int Row { get; init; }

    public required float Width { get; init; }

    public required float Height { get; init; }

    public List<LayoutVertex> Above { get; } = [];

    public List<LayoutVertex> Below { get; } = [];

    /// <summary>The box below that continues the main path; null if there is none or several equal ones.</summary>
    public LayoutVertex? Main { get; set; }

    /// <summary>The place in its row, from 0.</summary>
    public int Place { get; set; }

    /// <summary>The horizontal middle.</summary>
    public float X { get; set; }

    public float Y { get; set; }

    public float RowHeight { get; set; }
}

/// <summary>The part of an edge between two rows.</summary>
internal sealed record LayoutSegment(int Edge, LayoutVertex Upper, LayoutVertex Lower);
