namespace Fovea.Imaging;

/// <summary>A point of a layout, in pixels from the upper left.</summary>
internal readonly record struct LayoutPoint(float X, float Y);

/// <summary>A rectangle of a layout, in pixels from the upper left.</summary>
internal readonly record struct LayoutRect(float Left, float Top, float Width, float Height)
{
    public float Right => Left + Width;

    public float Bottom => Top + Height;

    public float MidX => Left + (Width / 2);

    public LayoutRect Moved(float x, float y) => new(Left + x, Top + y, Width, Height);
}

/// <summary>
/// The line of an edge. Horizontal moves lie between two rows of boxes, so that the line crosses no box: either as curves or, for an edge between two columns,
/// as right angles.
/// </summary>
internal sealed record LayoutEdge(int From, int To, IReadOnlyList<LayoutPoint> Points, bool IsRightAngled = false)
{
    public LayoutEdge Moved(float x, float y) => this with { Points = [.. Points.Select(point => new LayoutPoint(point.X + x, point.Y + y))] };
}

/// <summary>
/// Places the boxes of a directed acyclic graph in rows, each below the boxes that it reads (Sugiyama et al. 1981, "Methods for visual understanding of
/// hierarchical system structures"): rows by the longest path, the order within a row by the mean position of the neighbors, and horizontal positions near the
/// neighbors. An edge over several rows has a separate place in each of them, which it shares with the other edges of its box.
/// </summary>
internal sealed class LayeredLayout
{
    private const int OrderSweeps = 16;
    private const float RowGap = 26;
    private const float WideRowGap = 40;

    private readonly IReadOnlyList<(float Width, float Height)> sizes;
    private readonly List<(int From, int To)> edges;
    private readonly List<LayoutVertex> vertices = [];
    private readonly List<List<LayoutVertex>> ranks = [];
    private readonly List<LayoutSegment> segments = [];

    /// <param name="sizes">The sizes of the boxes. A box comes after those that it reads.</param>
    /// <param name="edges">The edges, from a box to one that reads it.</param>
    /// <param name="last">A box that is alone in the lowest row; −1 for none.</param>
    public LayeredLayout(IReadOnlyList<(float Width, float Height)> sizes, IEnumerable<(int From, int To)> edges, int last = -1)
    {
        this.sizes = sizes;
        this.edges = [.. edges.Distinct()];
        var rows = RowsOf(sizes.Count, this.edges);
        if (last >= 0) rows[last] = Math.Max(rows[last], rows.Where((_, node) => node != last).DefaultIfEmpty(-1).Max() + 1);
        AddVertices(rows);
        Order();
        Width = new HorizontalPlacement(ranks, segments).Place();
        PlaceVertically();
        Boxes = [.. vertices.Where(vertex => vertex.Node >= 0)
            .Select(vertex => new LayoutRect(vertex.X - (vertex.Width / 2), vertex.Y, vertex.Width, vertex.Height))];
        Edges = [.. this.edges.Select((edge, number) => new LayoutEdge(edge.From, edge.To, PointsOf(number)))];
    }

    /// <summary>The places of the boxes.</summary>
    public IReadOnlyList<LayoutRect> Boxes { get; }

    /// <summary>The lines of the edges.</summary>
    public IReadOnlyList<LayoutEdge> Edges { get; }

    public float Width { get; private set; }

    public float Height { get; private set; }

    /// <summary>
    /// The row of each box: one below the lowest of the boxes that it reads; a box that reads nothing is right above the first that reads it.
    /// </summary>
    public static int[] RowsOf(int count, IReadOnlyList<(int From, int To)> edges)
    {
        var rows = new int[count];
        foreach (var (from, to) in edges.OrderBy(edge => edge.To).ThenBy(edge => edge.From)) rows[to] = Math.Max(rows[to], rows[from] + 1);
        for (var node = 0; node < count; node++)
        {
            if (edges.Any(edge => edge.To == node)) continue;
            var readers = edges.Where(edge => edge.From == node).Select(edge => rows[edge.To]).ToList();
            if (readers.Count > 0) rows[node] = readers.Min() - 1;
        }

        return rows;
    }

    /// <summary>Adds the boxes, and the places of long edges in the rows between. The long edges of one box share a line.</summary>
    private void AddVertices(int[] rows)
    {
        var bends = new Dictionary<(int From, int Row), LayoutVertex>();
        for (var row = 0; row <= rows.Max(); row++) ranks.Add([]);
        for (var node = 0; node < sizes.Count; node++) Add(rows[node], node, sizes[node].Width, sizes[node].Height);
        for (var number = 0; number < edges.Count; number++)
        {
            var (from, to) = edges[number];
            var upper = vertices[from];
            for (var row = rows[from] + 1; row < rows[to]; row++)
            {
                if (!bends.TryGetValue((from, row), out var bend)) bends[(from, row)] = bend = Add(row, -1, 0, 0);
                segments.Add(new LayoutSegment(number, upper, bend));
                upper = bend;
            }

            segments.Add(new LayoutSegment(number, upper, vertices[to]));
        }

        foreach (var (upper, lower) in segments.Select(segment => (segment.Upper, segment.Lower)).Distinct())
        {
            upper.Below.Add(lower);
            lower.Above.Add(upper);
        }

        LayoutVertex Add(int row, int node, float width, float height)
        {
            var vertex = new LayoutVertex { Node = node, Row = row, Width = width, Height = height };
            vertices.Add(vertex);
            ranks[row].Add(vertex);
            return vertex;
        }
    }

    /// <summary>Orders each row by the mean place of its neighbors above, then below, and keeps the order with the fewest crossings.</summary>
    private void Order()
    {
        Renumber();
        var (best, fewest) = (Copy(), Crossings());
        for (var sweep = 0; sweep < OrderSweeps && fewest > 0; sweep++)
        {
            var isDown = sweep % 2 == 0;
            foreach (var rank in isDown ? ranks.Skip(1) : ranks.AsEnumerable().Reverse().Skip(1))
            {
                var means = rank.ToDictionary(vertex => vertex, vertex =>
                    (isDown ? vertex.Above : vertex.Below) is { Count: > 0 } neighbors ? neighbors.Average(neighbor => neighbor.Place) : vertex.Place);
                List<LayoutVertex> ordered = [.. rank.OrderBy(vertex => means[vertex])];
                rank.Clear();
                rank.AddRange(ordered);
                Renumber();
            }

            if (Crossings() is var crossings && crossings >= fewest) continue;
            (best, fewest) = (Copy(), crossings);
        }

        for (var row = 0; row < ranks.Count; row++)
        {
            ranks[row].Clear();
            ranks[row].AddRange(best[row]);
        }

        Renumber();
        List<LayoutVertex>[] Copy() => [.. ranks.Select(rank => rank.ToList())];
    }

    private void Renumber()
    {
        foreach (var rank in ranks)
        {
            for (var place = 0; place < rank.Count; place++) rank[place].Place = place;
        }
    }

    private int Crossings() => ranks.Sum(rank =>
    {
        var lines = rank.SelectMany(upper => upper.Below.Select(lower => (Upper: upper.Place, Lower: lower.Place))).ToList();
        return lines.Sum(one => lines.Count(other => one.Upper < other.Upper && one.Lower > other.Lower));
    });

    private void PlaceVertically()
    {
        var y = 0f;
        foreach (var rank in ranks)
        {
            var height = rank.Max(vertex => vertex.Height);
            foreach (var vertex in rank) (vertex.Y, vertex.RowHeight) = (y, height);
            var isWide = rank.SelectMany(upper => upper.Below.Select(lower => Math.Abs(upper.X - lower.X))).Any(distance => distance > 30);
            y += height + (isWide ? WideRowGap : RowGap);
            Height = vertices.Max(vertex => vertex.Y + vertex.Height);
        }
    }

    /// <summary>The corners of an edge: it leaves a row vertically, moves sideways between rows, and enters the next row vertically.</summary>
    private List<LayoutPoint> PointsOf(int edge)
    {
        var points = new List<LayoutPoint>();
        foreach (var (_, upper, lower) in segments.Where(segment => segment.Edge == edge))
        {
            if (upper.Node >= 0) points.Add(new LayoutPoint(upper.X, upper.Y + upper.Height));
            points.Add(new LayoutPoint(upper.X, upper.Y + upper.RowHeight));
            points.Add(new LayoutPoint(lower.X, lower.Y));
        }

        return points;
    }
}
