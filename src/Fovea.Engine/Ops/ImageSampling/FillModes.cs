namespace Fovea.Engine.Ops;

/// <summary>The pixels that continue an image beyond its border.</summary>
internal static class FillModes
{
    /// <summary>The row or column that is read at an index, which may be outside the image; −1 for the fill value.</summary>
    public static int Inside(this FillMode fillMode, long index, int length)
    {
        if (index >= 0 && index < length) return (int)index;
        switch (fillMode)
        {
            case FillMode.Constant:
                return -1;
            case FillMode.Nearest:
                return index < 0 ? 0 : length - 1;
            case FillMode.Wrap:
                return (int)Modulo(index, length);
            case FillMode.Mirror:
                var around = length == 1 ? 0 : (int)Modulo(index, (2L * length) - 2);
                return around < length ? around : (2 * length) - 2 - around;
            default:
                // Most indices are near the image, and a division is slow.
                if (index < 0 && index >= -length) return (int)~index;
                if (index >= 0 && index < 2L * length) return (int)((2L * length) - 1 - index);
                var position = (int)Modulo(index, 2L * length);
                return position < length ? position : (2 * length) - 1 - position;
        }
    }

    private static long Modulo(long index, long length) => ((index % length) + length) % length;
}
