using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Crops and pads images to a size or an aspect ratio, without interpolation. Rows and columns are rounded as in Keras.</summary>
internal static class Framing
{
    /// <summary>The centered part of images that has a given size. An odd row or column is removed at the bottom or the right.</summary>
    public static Node Center(Node images, Size2D size)
    {
        var (rows, columns) = (images.Shape[1] - size.Height, images.Shape[2] - size.Width);
        return new Node(new CropOp(rows / 2, rows - (rows / 2), columns / 2, columns - (columns / 2)), images);
    }

    /// <summary>The largest centered part of images that has the aspect ratio of a size, up to whole pixels.</summary>
    public static Node CropTo(Node images, Size2D proportions)
    {
        var (height, width) = (images.Shape[1], images.Shape[2]);
        return Center(images, (Crop(height, width, proportions.Height, proportions.Width), Crop(width, height, proportions.Width, proportions.Height)));

        static int Crop(int length, int other, int target, int otherTarget) => (int)Math.Clamp((long)other * target / otherTarget, 1, length);
    }

    /// <summary>
    /// Images with margins of a value that give them the aspect ratio of a size. Both margins of a direction are equal, so an odd row or column is not added.
    /// </summary>
    public static Node PadTo(Node images, Size2D proportions, float value)
    {
        var (height, width) = (images.Shape[1], images.Shape[2]);
        var rows = Margin(height, width, proportions.Height, proportions.Width);
        var columns = rows > 0 ? 0 : Margin(width, height, proportions.Width, proportions.Height);
        var padded = images.Pad(rows, rows, columns, columns);
        if (value == 0) return padded;
        var inside = Arithmetic.Constant(1).BroadcastTo([1, height, width, 1]).Pad(rows, rows, columns, columns);
        return padded + (value * (1 - inside));

        static int Margin(int length, int other, int target, int otherTarget) => (int)Math.Max(0, (((long)other * target / otherTarget) - length) / 2);
    }
}
