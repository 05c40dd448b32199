using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A part of images, in pixels, which may have margins beyond them. Rows and columns are rounded as in Keras. Boxes and masks follow the images.
/// </summary>
/// <param name="Top">The first row; negative for a margin.</param>
/// <param name="Left">The first column; negative for a margin.</param>
/// <param name="Size">The height and the width.</param>
internal readonly record struct Frame(int Top, int Left, Size2D Size)
{
    /// <summary>The images as they are.</summary>
    public static Frame Whole(Node images) => new(0, 0, (images.Shape[1], images.Shape[2]));

    /// <summary>The centered part of a given size. An odd row or column is removed at the bottom or the right.</summary>
    public static Frame Center(Node images, Size2D size) => new((images.Shape[1] - size.Height) / 2, (images.Shape[2] - size.Width) / 2, size);

    /// <summary>The largest centered part that has the aspect ratio of a size, up to whole pixels.</summary>
    public static Frame LargestPart(Node images, Size2D proportions)
    {
        var (height, width) = (images.Shape[1], images.Shape[2]);
        return Center(images, (Crop(height, width, proportions.Height, proportions.Width), Crop(width, height, proportions.Width, proportions.Height)));

        static int Crop(int length, int other, int target, int otherTarget) => (int)Math.Clamp((long)other * target / otherTarget, 1, length);
    }

    /// <summary>
    /// The images with margins that give them the aspect ratio of a size. Both margins of a direction are equal, so an odd row or column is not added.
    /// </summary>
    public static Frame WithMargins(Node images, Size2D proportions)
    {
        var (height, width) = (images.Shape[1], images.Shape[2]);
        var rows = Margin(height, width, proportions.Height, proportions.Width);
        var columns = rows > 0 ? 0 : Margin(width, height, proportions.Width, proportions.Height);
        return new(-rows, -columns, (height + (2 * rows), width + (2 * columns)));

        static int Margin(int length, int other, int target, int otherTarget) => (int)Math.Max(0, (((long)other * target / otherTarget) - length) / 2);
    }

    /// <summary>The part of images, resized, and what belongs to them. Masks are resized to the nearest pixel.</summary>
    /// <param name="nodes">The images and what belongs to them.</param>
    /// <param name="size">The size of the output.</param>
    /// <param name="interpolation">How values between pixels of the images are computed.</param>
    /// <param name="fillValue">The value of the margins of images; margins of masks get <see cref="ImageNodes.MaskFillValue"/>.</param>
    /// <param name="antialias">Whether a pixel of a shrunk image is a mean of all pixels that it covers.</param>
    public ImageNodes Of(
        ImageNodes nodes, Size2D size, ResizeInterpolation interpolation = ResizeInterpolation.Bilinear, double fillValue = 0, bool antialias = false)
    {
        var frame = this;
        var moved = nodes with { Images = frame.Cut(nodes.Images, (float)fillValue, size, interpolation, antialias) };
        if (nodes.Boxes is { } boxes) moved = frame.Move(boxes, size).In(moved, size);
        return nodes.MapMasks(moved, masks => frame.Cut(masks, (float)nodes.MaskFillValue, size, ResizeInterpolation.Nearest));
    }

    private MovedBoxes Move(Node boxes, Size2D size)
    {
        var (left, top, right, bottom) = MovedBoxes.Edges(boxes);
        var (x, y) = ((float)size.Width / Size.Width, (float)size.Height / Size.Height);
        return new MovedBoxes((left - Left) * x, (top - Top) * y, (right - Left) * x, (bottom - Top) * y);
    }

    private Node Cut(Node images, float fillValue, Size2D size, ResizeInterpolation interpolation, bool antialias = false)
    {
        var (rows, columns) = (images.Shape[1] - Size.Height, images.Shape[2] - Size.Width);
        var part = Top < 0 || Left < 0 ? Pad(images, -Top, -Left, fillValue)
            : rows == 0 && columns == 0 ? images
            : images.Crop(Top, rows - Top, Left, columns - Left);
        return Size == size ? part : part.Resize(size.Height, size.Width, interpolation, antialias);
    }

    private static Node Pad(Node images, int rows, int columns, float value)
    {
        var padded = images.Pad(rows, rows, columns, columns);
        if (value == 0) return padded;
        var inside = Arithmetic.Constant(1).BroadcastTo([1, images.Shape[1], images.Shape[2], 1]).Pad(rows, rows, columns, columns);
        return padded + (value * (1 - inside));
    }
}
