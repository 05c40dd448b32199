using System.Globalization;

namespace Fovea;

/// <content>Errors of images and what belongs to them.</content>
public sealed partial record ImageBatch
{
    /// <summary>How far a box may reach beyond the image, in pixels, because its numbers are rounded.</summary>
    private const double Rounding = 0.01;

    internal void Validate(string subject)
    {
        var images = Images.Shape;
        if (images.Rank != 4) throw new ShapeException(subject, $"expected images (batch, height, width, channels); received {images}.");
        if (Labels is { Shape: var labels } && (labels.Rank == 0 || labels[0] != images[0]))
            throw new ShapeException(subject, $"expected labels of {images[0]} images; received {labels}.");
        if (Masks is { Shape: var masks } && masks != images[..3] && (masks.Rank != 4 || masks[..3] != images[..3]))
            throw new ShapeException(subject, $"expected masks {images[..3]}; received {masks}.");
        if (Boxes is null != BoxLabels is null)
            throw new ShapeException(subject, $"expected Boxes and BoxLabels together; received only {(Boxes is null ? nameof(BoxLabels) : nameof(Boxes))}.");
        if (Boxes is { } boxes) ValidateBoxes(boxes, subject);
    }

    private void ValidateBoxes(Tensor boxes, string subject)
    {
        var images = Images.Shape;
        if (boxes.Shape.Rank != 3 || boxes.Shape[0] != images[0] || boxes.Shape[2] != 4)
            throw new ShapeException(subject, $"expected boxes ({images[0]}, boxes, 4); received {boxes.Shape}.");
        if (BoxLabels!.Shape is var classes && classes != boxes.Shape[..2])
            throw new ShapeException(subject, $"expected a label for each box, {boxes.Shape[..2]}; received {classes}.");
        if (BoxFormat is not { } format)
            throw new ArgumentException(
                $"{subject}: expected the format of the boxes, such as BoxFormat = BoxFormat.Xyxy for left, top, right and bottom edge in pixels; "
                    + "received none.");
        format.Defined(subject, nameof(BoxFormat));
        var (height, width) = (images[1], images[2]);
        for (var i = 0; i < BoxLabels.Values.Length; i++)
        {
            if (BoxLabels.Values[i] < 0) continue;
            var numbers = boxes.Values.AsSpan(4 * i, 4);
            if (FindFault(BoundingBoxes.Read(numbers, format, (height, width)), height, width) is not { } fault) continue;
            var (image, box) = Math.DivRem(i, boxes.Shape[1]);
            var received = string.Join(", ", numbers.ToArray().Select(number => number.ToString(CultureInfo.InvariantCulture)));
            throw new ArgumentException($"{subject}: box {box} of image {image} {fault}; received ({received}) in the format {format}.");
        }
    }

    private static string? FindFault((double Left, double Top, double Right, double Bottom) box, int height, int width)
    {
        if (!double.IsFinite(box.Left + box.Top + box.Right + box.Bottom)) return "has a number that is not finite";
        if (box.Right <= box.Left) return "has its right edge at or left of its left edge";
        if (box.Bottom <= box.Top) return "has its bottom edge at or above its top edge";
        return box.Left < -Rounding || box.Top < -Rounding || box.Right > width + Rounding || box.Bottom > height + Rounding
            ? $"reaches beyond its image of {height} × {width} pixels"
            : null;
    }
}
