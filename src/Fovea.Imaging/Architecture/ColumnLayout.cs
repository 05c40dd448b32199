namespace Fovea.Imaging;

/// <summary>
/// Places a graph that is too high for one column in several, side by side. A column ends where a single box is read by all that follows; from there one line
/// leads to the top of the next column.
/// </summary>
internal sealed class ColumnLayout
{
    private const float Gutter = 52;
    private const float TrunkMargin = 14;
    private const float MaxSingleColumn = 1000;
    private const int MaxColumns = 14;
    private const double AspectRatio = 1.5;

    /// <summary>The smallest height of a column, and of the last one, as a share of the highest.</summary>
    private const float MinFill = 0.55f;

    /// <inheritdoc cref="MinFill"/>
    private const float MinLastFill = 0.3f;

    private readonly IReadOnlyList<(float Width, float Height)> sizes;
    private readonly List<(int From, int To)> edges;
    private readonly int[] rows;

    /// <param name="sizes">The sizes of the boxes. A box comes after those that it reads.</param>
    /// <param name="edges">The edges, from a box to one that reads it.</param>
    public ColumnLayout(IReadOnlyList<(float Width, float Height)> sizes, IEnumerable<(int From, int To)> edges)
    {
        this.sizes = sizes;
        this.edges = [.. edges.Distinct()];
        rows = LayeredLayout.RowsOf(sizes.Count, this.edges);
        var cuts = Cuts();
        var single = Arrange([]);
        var best = single.Height <= MaxSingleColumn ? single : Enumerable.Range(2, MaxColumns - 1).Select(count => Choose(cuts, count))
            .DistinctBy(chosen => string.Join(' ', chosen)).Select(Arrange).Where(candidate => candidate.IsBalanced).Append(single)
            .MinBy(candidate => Math.Abs(Math.Log(candidate.Width / candidate.Height / AspectRatio)))!;
        (Width, Height, Boxes, Edges) = (best.Width, best.Height, best.Boxes, best.Edges);
    }

    public float Width { get; }

    public float Height { get; }

    /// <summary>The places of the boxes.</summary>
    public IReadOnlyList<LayoutRect> Boxes { get; }

    /// <summary>The lines of the edges.</summary>
    public IReadOnlyList<LayoutEdge> Edges { get; }

    /// <summary>The rows after which the graph can be cut, each with the only box above that is read below.</summary>
    private List<(int Row, int Source)> Cuts()
    {
        var cuts = new List<(int, int)>();
        for (var row = 0; row < rows.Max(); row++)
        {
            var sources = edges.Where(edge => rows[edge.From] <= row && rows[edge.To] > row).Select(edge => edge.From).Distinct().ToList();
            if (sources.Count == 1 && rows[sources[0]] == row) cuts.Add((row, sources[0]));
        }

        return cuts;
    }

    /// <summary>Chooses cuts so that a number of columns have about the same height.</summary>
    private List<(int Row, int Source)> Choose(List<(int Row, int Source)> cuts, int count)
    {
        if (cuts.Count == 0) return [];
        var ends = new float[rows.Max() + 1];
        for (var row = 0; row < ends.Length; row++)
            ends[row] = (row == 0 ? 0 : ends[row - 1] + 30) + rows.Select((at, node) => at == row ? sizes[node].Height : 0).Max();
        var chosen = new List<(int Row, int Source)>();
        for (var column = 1; column < count; column++)
        {
            var wanted = ends[^1] * column / count;
            var nearest = cuts.MinBy(cut => Math.Abs(ends[cut.Row] - wanted));
            if (chosen.Count == 0 || nearest.Row > chosen[^1].Row) chosen.Add(nearest);
        }

        return chosen;
    }

    private Arrangement Arrange(List<(int Row, int Source)> cuts)
    {
        var (boxes, lines) = (new LayoutRect[sizes.Count], new List<LayoutEdge>());
        var (x, height, first, heights) = (0f, 0f, 0, new List<float>());
        LayoutPoint? exit = null;
        for (var column = 0; column <= cuts.Count; column++)
        {
            var end = column < cuts.Count ? cuts[column].Row : int.MaxValue;
            int[] nodes = [.. Enumerable.Range(0, sizes.Count).Where(node => rows[node] >= first && rows[node] <= end)];
            var source = column > 0 ? cuts[column - 1].Source : -1;
            var layout = Column(nodes, source, column < cuts.Count ? cuts[column].Source : -1);
            var shift = source >= 0 ? 1 : 0;
            var top = cuts.Count > 0 ? TrunkMargin : 0;
            for (var i = 0; i < nodes.Length; i++) boxes[nodes[i]] = layout.Boxes[i + shift].Moved(x, top);
            var entry = shift == 1 ? layout.Boxes[0].Moved(x, top) : default;
            foreach (var edge in layout.Edges)
            {
                if (edge.To - shift >= nodes.Length) continue;  // the way to the next column is part of the line between the columns
                var from = edge.From < shift ? source : nodes[edge.From - shift];
                lines.Add(edge.Moved(x, top) with { From = from, To = nodes[edge.To - shift] });
            }

            if (exit is { } start) lines.Add(Trunk(source, start, x - (Gutter / 2), entry));
            if (column < cuts.Count)
            {
                var from = boxes[cuts[column].Source];
                exit = new LayoutPoint(from.MidX, from.Bottom);
            }

            heights.Add(layout.Height);
            (x, height, first) = (x + layout.Width + Gutter, Math.Max(height, top + layout.Height), end + 1);
        }

        var isBalanced = heights.SkipLast(1).All(each => each >= MinFill * heights.Max()) && heights[^1] >= MinLastFill * heights.Max();
        return new Arrangement(x - Gutter, height + (cuts.Count > 0 ? TrunkMargin : 0), boxes, lines, isBalanced);
    }

    /// <summary>Places the boxes of a column. With an entry, it is the first box, of no size, from which the others are reached.</summary>
    private LayeredLayout Column(int[] nodes, int source, int last)
    {
        var shift = source >= 0 ? 1 : 0;
        var places = nodes.Select((node, index) => (node, index)).ToDictionary(pair => pair.node, pair => pair.index + shift);
        if (source >= 0) places[source] = 0;
        List<(float, float)> parts = [.. source >= 0 ? [(0f, 0f)] : (IEnumerable<(float, float)>)[], .. nodes.Select(node => sizes[node])];
        var inner = edges.Where(edge => places.ContainsKey(edge.From) && places.TryGetValue(edge.To, out var to) && to >= shift)
            .Select(edge => (places[edge.From], places[edge.To]));
        return new LayeredLayout(parts, inner, last >= 0 ? places[last] : -1);
    }

    /// <summary>From below a box to the gutter, up, and to the entry of the next column.</summary>
    private static LayoutEdge Trunk(int source, LayoutPoint start, float gutter, LayoutRect entry)
    {
        var (below, above) = (start.Y + TrunkMargin - 2, 2f);
        return new LayoutEdge(
            source, -1,
            [start, new(start.X, below), new(gutter, below), new(gutter, above), new(entry.MidX, above), new(entry.MidX, entry.Top)], IsRightAngled: true);
    }

    /// <summary>A layout, and whether no column is much lower than the highest one.</summary>
    private sealed record Arrangement(float Width, float Height, IReadOnlyList<LayoutRect> Boxes, IReadOnlyList<LayoutEdge> Edges, bool IsBalanced);
}
