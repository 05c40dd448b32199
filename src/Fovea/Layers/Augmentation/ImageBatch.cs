namespace Fovea;

/// <summary>Images and what belongs to them: labels, bounding boxes, masks. <see cref="ImageAugmentation"/> changes them together.</summary>
/// <param name="Images">The images, (batch, height, width, channels).</param>
public sealed record ImageBatch(Tensor Images)
{
    /// <summary>
    /// The labels as numbers that can be mixed, (batch, …): probabilities of classes, such as one-hot rows, or values of a regression; null if there are none.
    /// </summary>
    public Tensor? Labels { get; init; }

    /// <summary>The bounding boxes, (batch, boxes, 4): left, top, right and bottom edge in pixels; null if there are none.</summary>
    public Tensor? Boxes { get; init; }

    /// <summary>The class numbers of the boxes, (batch, boxes); −1 where an image has fewer boxes. They are needed with <see cref="Boxes"/>.</summary>
    public Tensor? BoxLabels { get; init; }

    /// <summary>
    /// The class number of each pixel, (batch, height, width), or values of each pixel, (batch, height, width, values); null if there are none.
    /// </summary>
    public Tensor? Masks { get; init; }

    /// <summary>The parts that are present.</summary>
    internal ImageBatchParts Parts => (Labels is null ? 0 : ImageBatchParts.Labels) | (Boxes is null ? 0 : ImageBatchParts.Boxes)
        | (Masks is null ? 0 : ImageBatchParts.Masks);

    /// <summary>The tensors that are present, in the order of <see cref="Extending.ImageNodes"/>.</summary>
    internal IReadOnlyList<Tensor> All => [.. ((Tensor?[])[Images, Labels, Boxes, BoxLabels, Masks]).OfType<Tensor>()];

    /// <summary>The same parts with other values, in the order of <see cref="All"/>.</summary>
    internal ImageBatch With(IReadOnlyList<Tensor> values)
    {
        var next = 0;
        return new ImageBatch(values[next++])
        {
            Labels = Labels is null ? null : values[next++],
            Boxes = Boxes is null ? null : values[next++],
            BoxLabels = BoxLabels is null ? null : values[next++],
            Masks = Masks is null ? null : values[next],
        };
    }

    internal void Validate(string subject)
    {
        var images = Images.Shape;
        if (images.Rank != 4) throw new ShapeException(subject, $"expected images (batch, height, width, channels); received {images}.");
        if (Labels is { Shape: var labels } && (labels.Rank == 0 || labels[0] != images[0]))
            throw new ShapeException(subject, $"expected labels of {images[0]} images; received {labels}.");
        if (Boxes is null != BoxLabels is null)
            throw new ShapeException(subject, $"expected Boxes and BoxLabels together; received only {(Boxes is null ? nameof(BoxLabels) : nameof(Boxes))}.");
        if (Boxes is { Shape: var boxes } && (boxes.Rank != 3 || boxes[0] != images[0] || boxes[2] != 4))
            throw new ShapeException(subject, $"expected boxes ({images[0]}, boxes, 4); received {boxes}.");
        if (BoxLabels is { Shape: var classes } && classes != Boxes!.Shape[..2])
            throw new ShapeException(subject, $"expected a label for each box, {Boxes.Shape[..2]}; received {classes}.");
        if (Masks is { Shape: var masks } && masks != images[..3] && (masks.Rank != 4 || masks[..3] != images[..3]))
            throw new ShapeException(subject, $"expected masks {images[..3]}; received {masks}.");
    }
}

/// <summary>What belongs to images.</summary>
[Flags]
internal enum ImageBatchParts
{
    /// <summary>A label of each image.</summary>
    Labels = 1,

    /// <summary>Bounding boxes and their labels.</summary>
    Boxes = 2,

    /// <summary>A class of each pixel.</summary>
    Masks = 4,
}
