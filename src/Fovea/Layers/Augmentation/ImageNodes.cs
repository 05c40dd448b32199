using Fovea.Engine;

namespace Fovea.Extending;

/// <summary>Images of a graph and what belongs to them, as <see cref="ImageAugmentation"/> changes them.</summary>
/// <param name="Images">The images, (batch, height, width, channels).</param>
public sealed record ImageNodes(Node Images)
{
    /// <summary>The labels as numbers that can be mixed, (batch, …); null if there are none.</summary>
    public Node? Labels { get; init; }

    /// <summary>The bounding boxes, (batch, boxes, 4): left, top, right and bottom edge in pixels; null if there are none.</summary>
    public Node? Boxes { get; init; }

    /// <summary>The class numbers of the boxes, (batch, boxes); −1 where an image has fewer boxes.</summary>
    public Node? BoxLabels { get; init; }

    /// <summary>The class number of each pixel, (batch, height, width) or (batch, height, width, 1); null if there are none.</summary>
    public Node? Masks { get; init; }

    internal IEnumerable<Node> All => ((Node?[])[Images, Labels, Boxes, BoxLabels, Masks]).OfType<Node>();

    internal static ImageNodes From(ImageBatchParts parts, IReadOnlyList<Node> nodes)
    {
        var next = 0;
        return new ImageNodes(nodes[next++])
        {
            Labels = parts.HasFlag(ImageBatchParts.Labels) ? nodes[next++] : null,
            Boxes = parts.HasFlag(ImageBatchParts.Boxes) ? nodes[next++] : null,
            BoxLabels = parts.HasFlag(ImageBatchParts.Boxes) ? nodes[next++] : null,
            Masks = parts.HasFlag(ImageBatchParts.Masks) ? nodes[next] : null,
        };
    }
}
