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
/// neighbors. An edge over several rows has a separate place in each of them.
/// </summary>
internal sealed class LayeredLayout
{
    private const int OrderSweeps = 16;
    private const int PositionSweeps = 24;
    private const float RowGap = 26;
    private const float WideRowGap = 40;
    private const float BoxGap = 26;
    private const float LineGap = 16;

    private readonly IReadOnlyList<(float Width, float Height)> sizes;
    private readonly List<(int From, int To)> edges;
    private readonly List<Vertex> vertices = [];
    private readonly List<List<Vertex>> ranks = [];
    private readonly List<(int Edge, Vertex Upper, Vertex Lower)> segments = [];

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
        PlaceHorizontally();
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

    private void AddVertices(int[] rows)
    {
        for (var row = 0; row <= rows.Max(); row++) ranks.Add([]);
        for (var node = 0; node < sizes.Count; node++) Add(rows[node], node, sizes[node].Width, sizes[node].Height);
        for (var number = 0; number < edges.Count; number++)
        {
            var (from, to) = edges[number];
            var upper = vertices[from];
            for (var row = rows[from] + 1; row < rows[to]; row++)
            {
                var bend = Add(row, -1, 0, 0);
                segments.Add((number, upper, bend));
                upper = bend;
            }

            segments.Add((number, upper, vertices[to]));
        }

        foreach (var (_, upper, lower) in segments)
        {
            upper.Below.Add(lower);
            lower.Above.Add(upper);
        }

        Vertex Add(int row, int node, float width, float height)
        {
            var vertex = new Vertex { Node = node, Row = row, Width = width, Height = height };
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
                List<Vertex> ordered = [.. rank.OrderBy(vertex => means[vertex])];
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
        List<Vertex>[] Copy() => [.. ranks.Select(rank => rank.ToList())];
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

    private void PlaceHorizontally()
    {
        MeasureReach();
        foreach (var rank in ranks) Settle(rank, _ => 0);
        for (var sweep = 0; sweep < PositionSweeps; sweep++)
        {
            var isDown = sweep % 2 == 1;
            foreach (var rank in isDown ? ranks : ranks.AsEnumerable().Reverse()) Settle(rank, vertex => Wanted(vertex, isDown ? vertex.Above : vertex.Below));
        }

        Straighten();
        var left = vertices.Min(vertex => vertex.X - (vertex.Width / 2));
        foreach (var vertex in vertices) vertex.X -= left;
        Width = vertices.Max(vertex => vertex.X + (vertex.Width / 2));
    }

    /// <summary>Moves all places of a long edge to one vertical line, on its right or left side, where there is room; the longest edges first.</summary>
    private void Straighten()
    {
        foreach (var line in segments.GroupBy(segment => segment.Edge).Select(edge => edge.Select(segment => segment.Lower).SkipLast(1).ToList())
            .Where(line => line.Count > 1).OrderByDescending(line => line.Count))
        {
            foreach (var x in new[] { line.Max(bend => bend.X), line.Min(bend => bend.X) })
            {
                if (!line.All(bend => HasRoom(bend, x))) continue;
                foreach (var bend in line) bend.X = x;
                break;
            }
        }

        bool HasRoom(Vertex bend, float x)
        {
            var rank = ranks[bend.Row];
            return (bend.Place == 0 || x - rank[bend.Place - 1].X >= Distance(rank[bend.Place - 1], bend) - 0.01f)
                && (bend.Place == rank.Count - 1 || rank[bend.Place + 1].X - x >= Distance(bend, rank[bend.Place + 1]) - 0.01f);
        }
    }

    /// <summary>
    /// Finds the main path: of the boxes that read a box, the one from which the longest path leads to the end. It is kept straight, and shortcuts run at its
    /// side.
    /// </summary>
    private void MeasureReach()
    {
        var reach = vertices.ToDictionary(vertex => vertex, _ => 0);
        foreach (var vertex in ranks.AsEnumerable().Reverse().SelectMany(rank => rank))
        {
            if (vertex.Below.Count == 0) continue;
            reach[vertex] = vertex.Below.Max(lower => reach[lower]) + (vertex.Node >= 0 ? 1 : 0);
            var longest = vertex.Below.Where(lower => reach[lower] == vertex.Below.Max(other => reach[other])).ToList();
            if (longest is [{ Node: >= 0 } main]) vertex.Main = main;
        }
    }

    /// <summary>The place near some neighbors: at the main one, at the mean of the boxes, or at the mean of the lines.</summary>
    private static float Wanted(Vertex vertex, List<Vertex> neighbors)
    {
        if (neighbors.Count == 0) return vertex.X;
        if (vertex.Main is { } main && neighbors == vertex.Below) return main.X;
        var boxes = neighbors.Where(neighbor => neighbor.Node >= 0).ToList();
        return vertex.Node >= 0 && boxes.Count > 0 ? boxes.Average(box => box.X) : neighbors.Average(neighbor => neighbor.X);
    }

    /// <summary>
    /// Places the boxes of a row as near to where they are wanted as their widths allow: the smallest sum of squared distances, by pooling neighbors.
    /// </summary>
    private static void Settle(List<Vertex> rank, Func<Vertex, float> wanted)
    {
        var offsets = new float[rank.Count];
        var groups = new List<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < rank.Count; i++)
        {
            if (i > 0) offsets[i] = offsets[i - 1] + Distance(rank[i - 1], rank[i]);
            var isMain = rank[i].Node >= 0 && (rank[i].Above.Count == 0 || rank[i].Above.Any(upper => upper.Main == rank[i]));
            var weight = isMain ? 1e6 : rank[i].Node >= 0 ? 4 : 1;
            groups.Add((weight * (wanted(rank[i]) - offsets[i]), weight, 1));
            while (groups.Count > 1 && groups[^2].Sum / groups[^2].Weight >= groups[^1].Sum / groups[^1].Weight)
            {
                var (upper, lower) = (groups[^2], groups[^1]);
                groups.RemoveRange(groups.Count - 2, 2);
                groups.Add((upper.Sum + lower.Sum, upper.Weight + lower.Weight, upper.Count + lower.Count));
            }
        }

        var index = 0;
        foreach (var (sum, weight, count) in groups)
        {
            for (var i = 0; i < count; i++, index++) rank[index].X = (float)(sum / weight) + offsets[index];
        }
    }

    private static float Distance(Vertex left, Vertex right) =>
        ((left.Width + right.Width) / 2) + (left.Node >= 0 && right.Node >= 0 ? BoxGap : LineGap);

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

    /// <summary>A box, or the place of a long edge in one row.</summary>
    private sealed class Vertex
    {
        /// <summary>The number of the box; −1 for a long edge.</summary>
        public required int Node { get; init; }

        public required int Row { get; init; }

        public required float Width { get; init; }

        public required float Height { get; init; }

        public List<Vertex> Above { get; } = [];

        public List<Vertex> Below { get; } = [];

        /// <summary>The box below that continues the main path; null if there is none or several equal ones.</summary>
        public Vertex? Main { get; set; }

        /// <summary>The place in its row, from 0.</summary>
        public int Place { get; set; }

        /// <summary>The horizontal middle.</summary>
        public float X { get; set; }

        public float Y { get; set; }

        public float RowHeight { get; set; }
    }
}
