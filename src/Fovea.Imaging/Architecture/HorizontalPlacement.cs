namespace Fovea.Imaging;

/// <summary>
/// Places the boxes and lines in the rows of a <see cref="LayeredLayout"/> next to each other: the main path straight down, shortcuts at its side, lines
/// vertical where there is room. The order within a row remains.
/// </summary>
internal sealed class HorizontalPlacement(IReadOnlyList<List<LayoutVertex>> ranks, IReadOnlyList<LayoutSegment> segments)
{
    private const int PositionSweeps = 24;
    private const float BoxGap = 26;
    private const float LineGap = 16;

    private readonly List<LayoutVertex> vertices = [.. ranks.SelectMany(rank => rank)];

    /// <summary>Sets the horizontal middles of all boxes and lines, from 0.</summary>
    /// <returns>The width of the layout.</returns>
    public float Place()
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
        return vertices.Max(vertex => vertex.X + (vertex.Width / 2));
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

        bool HasRoom(LayoutVertex bend, float x)
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
    private static float Wanted(LayoutVertex vertex, List<LayoutVertex> neighbors)
    {
        if (neighbors.Count == 0) return vertex.X;
        if (vertex.Main is { } main && neighbors == vertex.Below) return main.X;
        var boxes = neighbors.Where(neighbor => neighbor.Node >= 0).ToList();
        return vertex.Node >= 0 && boxes.Count > 0 ? boxes.Average(box => box.X) : neighbors.Average(neighbor => neighbor.X);
    }

    /// <summary>
    /// Places the boxes of a row as near to where they are wanted as their widths allow: the smallest sum of squared distances, by pooling neighbors.
    /// </summary>
    private static void Settle(List<LayoutVertex> rank, Func<LayoutVertex, float> wanted)
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

    private static float Distance(LayoutVertex left, LayoutVertex right) =>
        ((left.Width + right.Width) / 2) + (left.Node >= 0 && right.Node >= 0 ? BoxGap : LineGap);
}
