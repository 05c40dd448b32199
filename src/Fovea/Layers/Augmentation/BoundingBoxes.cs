namespace Fovea;

/// <summary>Functions of bounding boxes.</summary>
public static class BoundingBoxes
{
    /// <summary>The formats and their names in files.</summary>
    internal static readonly (string Name, BoxFormat Value)[] Names =
    [
        ("xyxy", BoxFormat.Xyxy), ("rel_xyxy", BoxFormat.RelXyxy), ("center_xywh", BoxFormat.CenterXywh), ("xywh", BoxFormat.Xywh),
        ("rel_xywh", BoxFormat.RelXywh), ("yxyx", BoxFormat.Yxyx), ("rel_yxyx", BoxFormat.RelYxyx),
    ];

    /// <summary>Converts bounding boxes from one format to another. <c>keras.utils.bounding_boxes.convert_format</c>.</summary>
    /// <param name="boxes">The boxes; the last dimension is 4.</param>
    /// <param name="from">Their format.</param>
    /// <param name="to">The format of the result.</param>
    /// <param name="imageSize">The height and the width of the images, in pixels.</param>
    /// <returns>As many boxes.</returns>
    /// <exception cref="ShapeException">The last dimension is not 4.</exception>
    public static Tensor Convert(Tensor boxes, BoxFormat from, BoxFormat to, Size2D imageSize)
    {
        const string Subject = $"{nameof(BoundingBoxes)}.{nameof(Convert)}";
        ArgumentNullException.ThrowIfNull(boxes);
        from.Defined(Subject, nameof(from));
        to.Defined(Subject, nameof(to));
        imageSize.AtLeastOne(Subject, nameof(imageSize));
        if (boxes.Shape.Rank == 0 || boxes.Shape[^1] != 4) throw new ShapeException(Subject, $"expected boxes (…, 4); received {boxes.Shape}.");
        if (from == to) return boxes;
        var values = boxes.Values.ToArray();
        for (var i = 0; i < values.Length; i += 4) Write(Read(values.AsSpan(i, 4), from, imageSize), to, imageSize, values.AsSpan(i, 4));
        return new Tensor(boxes.Shape, values);
    }

    /// <summary>The name of a format in files.</summary>
    internal static string NameOf(BoxFormat format) => Array.Find(Names, pair => pair.Value == format).Name;

    /// <summary>The edges of a box in pixels.</summary>
    internal static (double Left, double Top, double Right, double Bottom) Read(ReadOnlySpan<float> box, BoxFormat format, Size2D size)
    {
        double p = box[0], q = box[1], r = box[2], s = box[3];
        var (height, width) = (size.Height, size.Width);
        return format switch
        {
            BoxFormat.RelXyxy => (p * width, q * height, r * width, s * height),
            BoxFormat.CenterXywh => (p - (r / 2), q - (s / 2), p + (r / 2), q + (s / 2)),
            BoxFormat.Xywh => (p, q, p + r, q + s),
            BoxFormat.RelXywh => (p * width, q * height, (p + r) * width, (q + s) * height),
            BoxFormat.Yxyx => (q, p, s, r),
            BoxFormat.RelYxyx => (q * width, p * height, s * width, r * height),
            _ => (p, q, r, s),
        };
    }

    private static void Write((double Left, double Top, double Right, double Bottom) box, BoxFormat format, Size2D size, Span<float> target)
    {
        var (left, top, right, bottom) = box;
        var (height, width) = ((double)size.Height, (double)size.Width);
        var (p, q, r, s) = format switch
        {
            BoxFormat.RelXyxy => (left / width, top / height, right / width, bottom / height),
            BoxFormat.CenterXywh => ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top),
            BoxFormat.Xywh => (left, top, right - left, bottom - top),
            BoxFormat.RelXywh => (left / width, top / height, (right - left) / width, (bottom - top) / height),
            BoxFormat.Yxyx => (top, left, bottom, right),
            BoxFormat.RelYxyx => (top / height, left / width, bottom / height, right / width),
            _ => (left, top, right, bottom),
        };
        (target[0], target[1], target[2], target[3]) = ((float)p, (float)q, (float)r, (float)s);
    }
}
