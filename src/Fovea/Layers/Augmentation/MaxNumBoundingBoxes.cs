using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Gives all images the same number of bounding boxes: further boxes are cut off, and missing ones are padded with −1. Images, labels and masks stay as they
/// are. It computes the same in training and inference. <c>keras.layers.MaxNumBoundingBoxes</c>.
/// </summary>
/// <param name="maxNumber">The number of boxes of an image.</param>
public sealed class MaxNumBoundingBoxes(int maxNumber) : ImageAugmentation
{
    /// <summary>The number of boxes of an image.</summary>
    public int MaxNumber { get; } = maxNumber.AtLeast(1, nameof(MaxNumBoundingBoxes), nameof(maxNumber));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => false;

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) =>
        nodes with { Boxes = nodes.Boxes is null ? null : Adjust(nodes.Boxes), BoxLabels = nodes.BoxLabels is null ? null : Adjust(nodes.BoxLabels) };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("max_number", MaxNumber);
        config.Set("data_format", "channels_last");
    }

    internal static MaxNumBoundingBoxes FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        if (config.GetInt("fill_value", -1) is not -1 and var value) throw config.Wrong("fill_value", "-1", value);
        return new MaxNumBoundingBoxes(config.GetInt("max_number"));
    }

    private Node Adjust(Node boxes)
    {
        var missing = MaxNumber - boxes.Shape[1];
        if (missing <= 0) return boxes.Slice(1, 0, MaxNumber);
        Shape shape = [boxes.Shape[0], missing, .. boxes.Shape[2..].Dimensions];
        return Concatenation.Concatenate(1, boxes, Arithmetic.Constant(-1).BroadcastTo(shape));
    }
}
