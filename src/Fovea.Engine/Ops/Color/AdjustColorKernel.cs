using System.Numerics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Adjusts blocks of pixels: the colors of a block are separated into three rows of scratch, computed there with vectors of pixels, and joined again. A unit is a
/// part of the pixels of one image. Vectors run beyond the end of a block, so that no result depends on the position of a pixel.
/// </summary>
internal sealed unsafe class AdjustColorKernel : Kernel
{
    private const int Block = 256;  // pixels, a multiple of all vector widths

    private readonly int batch;
    private readonly float lowest;
    private readonly float highest;
    private readonly Cut parts;

    public AdjustColorKernel(Shape images, float lowest, float highest)
    {
        (batch, this.lowest, this.highest) = (images[0], lowest, highest);
        parts = Cut.Into(Cut.Ceiling(Granularity.OfFloats(4L * images.Count), Math.Max(1, batch)), images[1] * images[2], Block);
    }

    public override int WorkerScratchFloats => 3 * Block;

    public override bool CanOverwrite(int input) => input == 0;

    public override int Units(int phase) => batch * parts.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, part) = Math.DivRem(unit, parts.Parts);
        var (turn, factor) = (buffers.Input(1)[n * AdjustColorOp.Parameters], buffers.Input(1)[(n * AdjustColorOp.Parameters) + 1]);
        var image = (nint)n * parts.Total * 3;
        var rows = buffers.WorkerScratch;
        for (var start = parts.Start(part); start < parts.Start(part + 1); start += Block)
        {
            var length = Math.Min(Block, parts.Start(part + 1) - start);
            var pixel = buffers.Input(0) + image + (3 * start);
            for (var i = 0; i < length; i++, pixel += 3) (rows[i], rows[Block + i], rows[(2 * Block) + i]) = (pixel[0], pixel[1], pixel[2]);
            for (var i = 0; i < length; i += Vector<float>.Count) Adjust(rows + i, turn, factor);
            pixel = buffers.Output + image + (3 * start);
            for (var i = 0; i < length; i++, pixel += 3) (pixel[0], pixel[1], pixel[2]) = (rows[i], rows[Block + i], rows[(2 * Block) + i]);
        }
    }

    private void Adjust(float* color, float turn, float factor)
    {
        var (zero, one, two) = (Vector<float>.Zero, Vector<float>.One, new Vector<float>(2));
        var (red, green, blue) = (Vector.Load(color), Vector.Load(color + Block), Vector.Load(color + (2 * Block)));
        var value = Vector.Max(red, Vector.Max(green, blue));
        var difference = value - Vector.Min(red, Vector.Min(green, blue));
        var numerator = Vector.ConditionalSelect(
            Vector.Equals(value, red), green - blue,
            Vector.ConditionalSelect(Vector.Equals(value, green), blue - red + (2 * difference), red - green + (4 * difference)));
        var hue = (numerator / Vector.ConditionalSelect(Vector.Equals(difference, zero), one, 6 * difference)) + new Vector<float>(turn);
        hue = 6 * (hue - Vector.Floor(hue));
        var isPositive = Vector.GreaterThan(value, zero);
        var saturation = Vector.ConditionalSelect(isPositive, difference / Vector.ConditionalSelect(isPositive, value, one), zero) * factor;
        saturation = Vector.Min(Vector.Max(saturation, new Vector<float>(lowest)), new Vector<float>(highest));
        Mix(Vector.Abs(hue - new Vector<float>(3)) - one).Store(color);
        Mix(two - Vector.Abs(hue - two)).Store(color + Block);
        Mix(two - Vector.Abs(hue - new Vector<float>(4))).Store(color + (2 * Block));

        Vector<float> Mix(Vector<float> share) => value * (one - (saturation * (one - Vector.Min(Vector.Max(share, zero), one))));
    }
}
