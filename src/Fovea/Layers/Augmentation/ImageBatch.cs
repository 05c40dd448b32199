namespace Fovea;

/// <summary>Images and what belongs to them: labels, bounding boxes, masks. <see cref="ImageAugmentation"/> changes them together.</summary>
/// <param name="Images">The images, (batch, height, width, channels).</param>
public sealed partial record ImageBatch(Tensor Images)
{
    /// <summary>
    /// The labels as numbers that can be mixed, (batch, …): probabilities of classes, such as one-hot rows, or values of a regression; null if there are none.
    /// </summary>
    public Tensor? Labels { get; init; }

    /// <summary>The bounding boxes, (batch, boxes, 4), in the form of <see cref="BoxFormat"/>; null if there are none.</summary>
    public Tensor? Boxes { get; init; }

    /// <summary>What the four numbers of a box are. It must be given with <see cref="Boxes"/>, as in Keras.</summary>
    public BoxFormat? BoxFormat { get; init; }

    /// <summary>The class numbers of the boxes, (batch, boxes); −1 where an image has fewer boxes. They are needed with <see cref="Boxes"/>.</summary>
    public Tensor? BoxLabels { get; init; }

    /// <summary>
    /// The class number of each pixel, (batch, height, width), or values of each pixel, (batch, height, width, values); null if there are none.
    /// </summary>
    public Tensor? Masks { get; init; }

    /// <summary>
    /// The smallest share of the area of a moved box, from 0 to 1, that must stay in the image; boxes of which less stays are dropped. 0, the default, drops
    /// only boxes of which nothing stays, as Keras does. A dropped box has the label −1, and its numbers are −1.
    /// </summary>
    public double MinBoxVisibility { get; init => field = value.Within(0, 1, nameof(ImageBatch), nameof(MinBoxVisibility)); }

    /// <summary>
    /// The class number of mask pixels that were outside the image, where a layer fills with a constant (<see cref="FillMode.Constant"/>); 0 by default. With
    /// the other fill modes masks are continued as the images are.
    /// </summary>
    public double MaskFillValue { get; init => field = value.Finite(nameof(ImageBatch), nameof(MaskFillValue)); }

    /// <summary>The parts that are present.</summary>
    internal ImageBatchParts Parts => (Labels is null ? 0 : ImageBatchParts.Labels) | (Boxes is null ? 0 : ImageBatchParts.Boxes)
        | (Masks is null ? 0 : ImageBatchParts.Masks);

    /// <summary>The tensors that are present, in the order of <see cref="Extending.ImageNodes"/>.</summary>
    internal IReadOnlyList<Tensor> All => [.. ((Tensor?[])[Images, Labels, Boxes, BoxLabels, Masks]).OfType<Tensor>()];

    /// <summary>The same parts with other values, in the order of <see cref="All"/>.</summary>
    internal ImageBatch With(IReadOnlyList<Tensor> values)
    {
        var next = 0;
        return this with
        {
            Images = values[next++],
            Labels = Labels is null ? null : values[next++],
            Boxes = Boxes is null ? null : values[next++],
            BoxLabels = BoxLabels is null ? null : values[next++],
            Masks = Masks is null ? null : values[next],
        };
    }

    /// <summary>The same parts with boxes as <see cref="Extending.ImageNodes"/> has them: edges in pixels; −1 for boxes with the label −1.</summary>
    internal ImageBatch WithBoxesInPixels() => WithBoxes(BoxFormat ?? default, Fovea.BoxFormat.Xyxy);

    /// <summary>The same parts with boxes in the format of the user.</summary>
    internal ImageBatch WithBoxesInFormat() => WithBoxes(Fovea.BoxFormat.Xyxy, BoxFormat ?? default);

    private ImageBatch WithBoxes(BoxFormat from, BoxFormat to)
    {
        if (Boxes is null) return this;
        var boxes = BoundingBoxes.Convert(Boxes, from, to, (Images.Shape[1], Images.Shape[2])).Values.ToArray();
        for (var i = 0; i < BoxLabels!.Values.Length; i++)
        {
            if (BoxLabels.Values[i] < 0) boxes.AsSpan(4 * i, 4).Fill(-1);
        }

        return this with { Boxes = new Tensor(Boxes.Shape, boxes) };
    }
}
