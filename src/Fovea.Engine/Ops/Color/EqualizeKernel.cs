using System.Numerics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Counts in a first phase, a histogram for each channel of each image, and looks up in a second. Counts are integers, so that their sums do not depend on an
/// order. A unit of the second phase is a part of an image, and computes the tables of that image in its scratch. Vectors compute the bins of adjacent values.
/// </summary>
internal sealed unsafe class EqualizeKernel : Kernel
{
    /// <summary>The values whose bins are computed together, a multiple of all vector widths.</summary>
    private const int Block = 768;

    private readonly int batch;
    private readonly int channels;
    private readonly int bins;
    private readonly bool perBatch;
    private readonly Cut parts;

    public EqualizeKernel(Shape images, int bins, bool perBatch)
    {
        (batch, channels, this.bins, this.perBatch) = (images[0], images[3], bins, perBatch);
        parts = Cut.Into(Cut.Ceiling(Granularity.OfFloats(images.Count), Math.Max(1, batch)), images[1] * images[2]);
    }

    public override int Phases => 2;

    public override int ScratchFloats => batch * channels * bins;

    /// <summary>The bins of a block, a histogram of 64-bit integers, a table in float64, and the tables of all channels in float32.</summary>
    public override int WorkerScratchFloats => Block + ((4 + channels) * bins);

    private int Pixels => parts.Total;

    public override int Units(int phase) => phase == 0 ? batch : batch * parts.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var scratch = buffers.WorkerScratch;
        if (phase == 0) Count(buffers.Input(0) + ((nint)unit * Pixels * channels), (int*)buffers.Scratch + ((nint)unit * channels * bins), (int*)scratch);
        else LookUp(unit / parts.Parts, unit % parts.Parts, buffers);
    }

    private void Count(float* image, int* counts, int* found)
    {
        var length = Pixels * channels;
        new Span<int>(counts, channels * bins).Clear();
        for (var (start, c) = (0, 0); start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            FindBins(image + start, count, found);
            for (var i = 0; i < count; i++)
            {
                counts[(c * bins) + found[i]]++;
                if (++c == channels) c = 0;
            }
        }
    }

    private void LookUp(int n, int part, in KernelBuffers buffers)
    {
        var first = (((nint)n * Pixels) + parts.Start(part)) * channels;
        var length = (parts.Start(part + 1) - parts.Start(part)) * channels;
        var image = buffers.Input(0) + first;
        var output = buffers.Output + first;
        var found = (int*)buffers.WorkerScratch;
        var tables = buffers.WorkerScratch + Block + (4 * bins);
        Span<bool> isEqualized = stackalloc bool[channels];
        for (var c = 0; c < channels; c++) isEqualized[c] = WriteTable((int*)buffers.Scratch, n, c, buffers.WorkerScratch + Block, tables + (c * bins));
        for (var (start, c) = (0, 0); start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            FindBins(image + start, count, found);
            for (var i = 0; i < count; i++)
            {
                output[start + i] = isEqualized[c] ? tables[(c * bins) + found[i]] : image[start + i];
                if (++c == channels) c = 0;
            }
        }
    }

    private bool WriteTable(int* counts, int n, int c, float* scratch, float* table)
    {
        var histogram = new Span<long>(scratch, bins);
        var values = new Span<double>(scratch + (2 * bins), bins);
        histogram.Clear();
        for (var image = perBatch ? 0 : n; image < (perBatch ? batch : n + 1); image++)
        {
            for (var bin = 0; bin < bins; bin++) histogram[bin] += counts[(((image * channels) + c) * bins) + bin];
        }

        if (!EqualizeOp.WriteTable(histogram, values)) return false;
        for (var bin = 0; bin < bins; bin++) table[bin] = (float)values[bin];
        return true;
    }

    /// <summary>Computes the bin of each value. For 256 bins the quotient is exact, as that of the reference is. NaN is in bin 0.</summary>
    private void FindBins(float* values, int count, int* found)
    {
        var (largest, divisor) = (new Vector<float>(bins - 1), new Vector<float>((float)EqualizeOp.Largest));
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) Find(Vector.Load(values + i)).Store(found + i);
        if (i == count) return;
        var rest = stackalloc float[Vector<float>.Count];
        new ReadOnlySpan<float>(values + i, count - i).CopyTo(new Span<float>(rest, Vector<float>.Count));
        Find(Vector.Load(rest)).Store(found + i);

        Vector<int> Find(Vector<float> x)
        {
            var place = x * largest / divisor;
            return Vector.ConvertToInt32(
                Vector.ConditionalSelect(Vector.GreaterThan(place, Vector<float>.Zero), Vector.Min(place, largest), Vector<float>.Zero));
        }
    }
}
