using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Boxes after a transform of their images, which may reach beyond the images. Each edge is a node (batch, boxes), in pixels.</summary>
internal sealed record MovedBoxes(Node Left, Node Top, Node Right, Node Bottom)
{
    /// <summary>Positive for boxes that are in front of the viewer; null if all are.</summary>
    public Node? IsSeen { get; init; }

    /// <summary>The edges of boxes (batch, boxes, 4).</summary>
    public static (Node Left, Node Top, Node Right, Node Bottom) Edges(Node boxes)
    {
        return (Edge(0), Edge(1), Edge(2), Edge(3));

        Node Edge(int index) => boxes.Slice(2, index, 1).Reshape([boxes.Shape[0], boxes.Shape[1]]);
    }

    /// <summary>The smallest boxes around points.</summary>
    public static MovedBoxes Around(IReadOnlyList<Node> xs, IReadOnlyList<Node> ys) => new(
        xs.Aggregate((p, q) => p.Minimum(q)), ys.Aggregate((p, q) => p.Minimum(q)), xs.Aggregate((p, q) => p.Maximum(q)),
        ys.Aggregate((p, q) => p.Maximum(q)));

    /// <summary>
    /// Puts the boxes into images of a size: they are clipped to the image. A box with no area left, or with a smaller share of its area than
    /// <see cref="ImageNodes.MinBoxVisibility"/>, is dropped: its label and its edges become −1.
    /// </summary>
    public ImageNodes In(ImageNodes nodes, Size2D size)
    {
        var (left, right) = (Left.Clip(0, size.Width), Right.Clip(0, size.Width));
        var (top, bottom) = (Top.Clip(0, size.Height), Bottom.Clip(0, size.Height));
        var area = (right - left) * (bottom - top);
        var labels = nodes.BoxLabels!;
        var isKept = (1 + (0 * labels)).Mask(labels + 0.5f).Mask(area);
        if (nodes.MinBoxVisibility > 0) isKept *= area.GreaterThanOrEqual((float)nodes.MinBoxVisibility * (Right - Left) * (Bottom - Top));
        if (IsSeen is not null) isKept = isKept.Mask(IsSeen);
        Node[] edges = [.. ((Node[])[left, top, right, bottom]).Select(edge => isKept.Where(edge, -1).ExpandDims(2))];
        return nodes with { Boxes = Concatenation.Concatenate(2, edges), BoxLabels = isKept.Where(labels, -1) };
    }
}
