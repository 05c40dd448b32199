using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>Adjusts hue and saturation with vectors of pixels.</summary>
internal sealed unsafe class AdjustColorKernel(Shape images, float lowest, float highest) : PixelBlockKernel(images)
{
    protected override void Change(float* colors, int length, int image, in KernelBuffers buffers)
    {
        var parameters = buffers.Input(1) + (image * AdjustColorOp.Parameters);
        var (zero, one, two) = (Vector<float>.Zero, Vector<float>.One, new Vector<float>(2));
        var (turn, factor) = (new Vector<float>(parameters[0]), new Vector<float>(parameters[1]));
        var (lowestSaturation, highestSaturation) = (new Vector<float>(lowest), new Vector<float>(highest));
        for (var color = colors; color < colors + length; color += Vector<float>.Count)
        {
            var (red, green, blue) = (Vector.Load(color), Vector.Load(color + Block), Vector.Load(color + (2 * Block)));
            var value = Vector.Max(red, Vector.Max(green, blue));
            var difference = value - Vector.Min(red, Vector.Min(green, blue));
            var numerator = Vector.ConditionalSelect(
                Vector.Equals(value, red), green - blue,
                Vector.ConditionalSelect(Vector.Equals(value, green), blue - red + (2 * difference), red - green + (4 * difference)));
            var hue = (numerator / Vector.ConditionalSelect(Vector.Equals(difference, zero), one, 6 * difference)) + turn;
            hue = 6 * (hue - Vector.Floor(hue));
            var isPositive = Vector.GreaterThan(value, zero);
            var saturation = Vector.ConditionalSelect(isPositive, difference / Vector.ConditionalSelect(isPositive, value, one), zero) * factor;
            saturation = Vector.Min(Vector.Max(saturation, lowestSaturation), highestSaturation);
            Mix(value, saturation, Vector.Abs(hue - new Vector<float>(3)) - one).Store(color);
            Mix(value, saturation, two - Vector.Abs(hue - two)).Store(color + Block);
            Mix(value, saturation, two - Vector.Abs(hue - new Vector<float>(4))).Store(color + (2 * Block));
        }
    }

    private static Vector<float> Mix(Vector<float> value, Vector<float> saturation, Vector<float> share) =>
        value * (Vector<float>.One - (saturation * (Vector<float>.One - Vector.Min(Vector.Max(share, Vector<float>.Zero), Vector<float>.One))));
}
