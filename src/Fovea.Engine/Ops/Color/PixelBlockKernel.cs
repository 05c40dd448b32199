using System.Numerics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Changes each pixel of three colors on its own. The colors of a block of pixels are separated into three rows of scratch, changed there with vectors of
/// pixels, and joined again. A unit is a part of the pixels of one image. Vectors run beyond the end of a block, so that no result depends on the position of a
/// pixel.
/// </summary>
internal abstract unsafe class PixelBlockKernel : Kernel
{
    /// <summary>The pixels of a block, and the distance of the rows of scratch: a multiple of all vector widths.</summary>
    protected const int Block = 256;

    private readonly int batch;
    private readonly Cut parts;

    protected PixelBlockKernel(Shape images)
    {
        batch = images[0];
        parts = Cut.Into(Cut.Ceiling(Granularity.OfFloats(4L * images.Count), Math.Max(1, batch)), images[1] * images[2], Block);
    }

    public override int WorkerScratchFloats => 3 * Block;

    public override bool CanOverwrite(int input) => input == 0;

    public override int Units(int phase) => batch * parts.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, part) = Math.DivRem(unit, parts.Parts);
        var image = (nint)n * parts.Total * 3;
        var colors = buffers.WorkerScratch;
        for (var start = parts.Start(part); start < parts.Start(part + 1); start += Block)
        {
            var length = Math.Min(Block, parts.Start(part + 1) - start);
            var pixel = buffers.Input(0) + image + (3 * start);
            for (var i = 0; i < length; i++, pixel += 3) (colors[i], colors[Block + i], colors[(2 * Block) + i]) = (pixel[0], pixel[1], pixel[2]);
            Change(colors, (length + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count, n, buffers);
            pixel = buffers.Output + image + (3 * start);
            for (var i = 0; i < length; i++, pixel += 3) (pixel[0], pixel[1], pixel[2]) = (colors[i], colors[Block + i], colors[(2 * Block) + i]);
        }
    }

    /// <summary>Changes pixels of an image.</summary>
    /// <param name="colors">The rows of the three colors, which are <see cref="Block"/> apart.</param>
    /// <param name="length">The number of pixels, a multiple of the vector width.</param>
    /// <param name="image">The index of the image.</param>
    /// <param name="buffers">The inputs of the op, with the parameters of the images.</param>
    protected abstract void Change(float* colors, int length, int image, in KernelBuffers buffers);
}
