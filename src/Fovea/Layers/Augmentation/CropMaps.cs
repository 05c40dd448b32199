using Fovea.Engine;

namespace Fovea;

/// <summary>Transforms that show a part of each image.</summary>
internal static class CropMaps
{
    /// <summary>The size of the largest part of an image that has the aspect ratio of another size, in pixels of the image.</summary>
    public static (double Height, double Width) LargestPart(Size2D image, Size2D proportions)
    {
        var factor = Math.Min((double)image.Height / proportions.Height, (double)image.Width / proportions.Width);
        return (proportions.Height * factor, proportions.Width * factor);
    }

    /// <summary>The largest centered part with the aspect ratio of the output, or a share of its sides.</summary>
    public static ProjectiveMap Center(Node images, Size2D from, Size2D to, double fraction = 1)
    {
        var part = LargestPart(from, to);
        var one = AffineAugmentation.One(images);
        return Part((float)(fraction * part.Width) * one, (float)(fraction * part.Height) * one, (from.Width - 1) / 2f * one, (from.Height - 1) / 2f * one, to);
    }

    /// <summary>A part of each image, by its width, height and center.</summary>
    public static ProjectiveMap Part(Node width, Node height, Node centerX, Node centerY, Size2D to)
    {
        var (a, e) = (width / to.Width, height / to.Height);
        return new ProjectiveMap(a, null, centerX - (a * ((to.Width - 1) / 2f)), null, e, centerY - (e * ((to.Height - 1) / 2f)));
    }

    /// <summary>
    /// The map that reads the output position p, relative to the center of the output, at (o + M·p + g·p·o) / (1 + g·p), where o is a center in the image, M
    /// the matrix (a b; d e) and g a tilt.
    /// </summary>
    public static ProjectiveMap Around(Node a, Node b, Node d, Node e, Node centerX, Node centerY, (Node X, Node Y)? tilt, Size2D to)
    {
        var (x, y) = ((to.Width - 1) / 2f, (to.Height - 1) / 2f);
        if (tilt is not var (g, h)) return new ProjectiveMap(a, b, centerX - (a * x) - (b * y), d, e, centerY - (d * x) - (e * y));
        var start = 1 - (g * x) - (h * y);
        return new ProjectiveMap(
            (a + (centerX * g)) / start, (b + (centerX * h)) / start, centerX - (((a * x) + (b * y)) / start), (d + (centerY * g)) / start,
            (e + (centerY * h)) / start, centerY - (((d * x) + (e * y)) / start))
        { G = g / start, H = h / start };
    }
}
