using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The inputs, targets and sample weights of a training step after the model's augmentation (<see cref="Model.Augmentation"/>).</summary>
/// <remarks>
/// The first input is the images. Targets with a value for each pixel of the images are masks and follow the geometry, as do weights of pixels. Other targets
/// are labels; where images are mixed, their losses are mixed.
/// </remarks>
internal sealed class AugmentedBatch
{
    private const string Subject = "model.Augmentation";

    private readonly IReadOnlyList<Node> masks;
    private readonly IReadOnlyList<Node> originals;

    private readonly LabelMixture? mixture;

    private AugmentedBatch(IReadOnlyList<Node> originals, IReadOnlyList<Node> masks, LabelMixture? mixture) =>
        (this.originals, this.masks, this.mixture) = (originals, masks, mixture);

    /// <summary>The inputs of the model.</summary>
    public required IReadOnlyList<Node> Inputs { get; init; }

    /// <summary>Augments the batch of a step.</summary>
    /// <param name="augmentation">The augmentation.</param>
    /// <param name="inputs">The inputs of the step.</param>
    /// <param name="given">The targets and the sample weights of the step.</param>
    /// <param name="context">The graph.</param>
    /// <exception cref="ShapeException">The augmentation cannot be applied to these inputs or targets.</exception>
    public static AugmentedBatch Of(ImageAugmentation augmentation, IReadOnlyList<Node> inputs, LossInputs given, CallContext context)
    {
        var images = inputs[0];
        if (images.Shape.Rank != 4)
            throw new ShapeException(
                Subject, $"expected images (height, width, channels) as the model's {(inputs.Count == 1 ? "input" : "first input")}; received "
                + $"{images.Shape[1..]}.");
        augmentation.EnsureReady([images.Shape[1..]]);
        List<Node> masks = [.. given.Targets.Where(target => IsMask(target.Shape, images.Shape))];
        Require(given.Targets.Except(masks), images.Shape);
        if (masks.Count > 0 && given.SampleWeights is { Shape.Rank: > 1 } weights) masks.Add(weights);
        Node[] stacked = [.. masks.Select(mask => mask.Reshape([.. images.Shape.Dimensions[..3], mask.Shape.Count / images.Shape[..3].Count]))];
        var nodes = augmentation.Trace(
            new ImageNodes(images) { Masks = stacked switch { [] => null, [var only] => only, _ => Concatenation.Concatenate(3, stacked) } }, context);
        if (nodes.Mixture is not null && inputs.Count > 1)
            throw new ShapeException(Subject, $"expected a model of one input, since {augmentation.Subject} mixes images; it has {inputs.Count} inputs.");
        return new AugmentedBatch(masks, [.. Unstack(nodes, masks, images.Shape)], nodes.Mixture) { Inputs = [nodes.Images, .. inputs.Skip(1)] };
    }

    /// <summary>A target, or the sample weights, in the place of the augmented images.</summary>
    public Node Of(Node part)
    {
        for (var i = 0; i < originals.Count; i++)
        {
            if (originals[i] == part) return masks[i];
        }

        return part;
    }

    /// <summary>The samples whose targets the loss mixes; null for a mask, which is changed with its image, and for images that are not mixed.</summary>
    public LabelMixture? MixtureOf(Node target) => originals.Contains(target) ? null : mixture;

    /// <summary>The target that metrics compare predictions with: that of the sample with the largest share. Null if it is the one of the data set.</summary>
    public Node? OfMetrics(Node target) => MixtureOf(target) is { } mixed ? LabelMixture.Gather(target, mixed.Dominant())
        : originals.Contains(target) ? Of(target)
        : null;

    private static bool IsMask(Shape target, Shape images) => target.Rank is 3 or 4 && target[..3] == images[..3];

    private static void Require(IEnumerable<Node> labels, Shape images)
    {
        foreach (var label in labels)
        {
            if (label.Shape.Rank > 2)
                throw new ShapeException(
                    Subject, $"expected targets that are labels, (values), or masks of the images, ({images[1]}, {images[2]}) or ({images[1]}, "
                    + $"{images[2]}, values); received {label.Shape[1..]}.");
        }
    }

    /// <summary>The masks and the weights of pixels, for the size that the images have now.</summary>
    private static IEnumerable<Node> Unstack(ImageNodes augmented, IReadOnlyList<Node> masks, Shape before)
    {
        var first = 0;
        foreach (var mask in masks)
        {
            var values = mask.Shape.Count / before[..3].Count;
            var part = augmented.Masks!.Slice(3, first, values);
            yield return part.Reshape(
                mask.Shape.Rank == 2 ? [before[0], part.Shape.Count / before[0]] : [.. part.Shape.Dimensions[..3], .. mask.Shape.Dimensions[3..]]);
            first += values;
        }
    }
}
