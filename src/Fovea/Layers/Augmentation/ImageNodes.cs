using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Extending;

/// <summary>Images of a graph and what belongs to them, as <see cref="ImageAugmentation"/> changes them.</summary>
/// <param name="Images">The images, (batch, height, width, channels).</param>
public sealed record ImageNodes(Node Images)
{
    /// <summary>
    /// The labels as numbers that can be mixed, (batch, …); null if there are none. They are those before any mixing: <see cref="MixLabels"/> is applied to
    /// them at the end.
    /// </summary>
    public Node? Labels { get; init; }

    /// <summary>The bounding boxes, (batch, boxes, 4): left, top, right and bottom edge in pixels; null if there are none.</summary>
    public Node? Boxes { get; init; }

    /// <summary>The class numbers of the boxes, (batch, boxes); −1 where an image has fewer boxes.</summary>
    public Node? BoxLabels { get; init; }

    /// <summary>
    /// The class number of each pixel, (batch, height, width), or values of each pixel, (batch, height, width, values); null if there are none.
    /// </summary>
    public Node? Masks { get; init; }

    /// <summary>The samples that each image was mixed of; null if images are not mixed.</summary>
    internal LabelMixture? Mixture { get; init; }

    /// <summary>
    /// Notes that each image was mixed with another, so that labels and losses are mixed alike: labels become weight · label + (1 − weight) · partner's label,
    /// and the loss of an image in training is the same sum of the losses for both targets. An augmentation that mixes the images calls it once.
    /// </summary>
    /// <param name="partners">The number, from 0, of the image of the batch that each image was mixed with: (batch).</param>
    /// <param name="weights">The share of the image itself, from 0 to 1: (batch).</param>
    /// <returns>The same nodes with the note.</returns>
    /// <exception cref="ShapeException">There is not one partner and one weight for each image.</exception>
    public ImageNodes MixLabels(Node partners, Node weights)
    {
        Shape each = [Images.Shape[0]];
        if (partners.Shape != each || weights.Shape != each)
            throw new ShapeException(nameof(MixLabels), $"expected partners and weights {each}; received {partners.Shape} and {weights.Shape}.");
        return this with { Mixture = (Mixture ?? LabelMixture.Unmixed(each[0])).With(partners, weights) };
    }

    /// <summary>The same nodes with the labels mixed as the images were.</summary>
    internal ImageNodes WithMixedLabels() =>
        this with { Labels = Labels is { } labels && Mixture is { } mixture ? mixture.Mix(labels) : Labels, Mixture = null };

    /// <summary>See <see cref="ImageBatch.MinBoxVisibility"/>.</summary>
    public double MinBoxVisibility { get; init; }

    /// <summary>See <see cref="ImageBatch.MaskFillValue"/>.</summary>
    public double MaskFillValue { get; init; }

    /// <summary>The nodes that are present.</summary>
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

    /// <summary>Other parts with the masks of these, changed as images.</summary>
    internal ImageNodes MapMasks(ImageNodes others, Func<Node, Node> change)
    {
        if (Masks is null) return others;
        var masks = change(Masks.Shape.Rank == 4 ? Masks : Masks.ExpandDims(3));
        return others with { Masks = Masks.Shape.Rank == 4 ? masks : masks.Reshape(masks.Shape[..3]) };
    }
}
