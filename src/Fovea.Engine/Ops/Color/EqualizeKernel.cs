using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Counts in a first phase, a histogram for each channel of each image, and looks up in a second. Counts are integers, so that their sums do not depend on an
/// order. A unit of the second phase is a part of an image, and computes the tables of that image in its scratch.
/// </summary>
internal sealed unsafe class EqualizeKernel : Kernel
{
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

    /// <summary>A histogram of 64-bit integers, a table in float64, and the table in float32.</summary>
    public override int WorkerScratchFloats => 5 * bins;

    private int Pixels => parts.Total;

    public override int Units(int phase) => phase == 0 ? batch : batch * parts.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0) Count(buffers.Input(0) + ((nint)unit * Pixels * channels), (int*)buffers.Scratch + ((nint)unit * channels * bins));
        else LookUp(unit / parts.Parts, unit % parts.Parts, buffers);
    }

    private void Count(float* image, int* counts)
    {
        new Span<int>(counts, channels * bins).Clear();
        for (var c = 0; c < channels; c++)
        {
            var histogram = counts + (c * bins);
            for (var i = 0; i < Pixels; i++) histogram[Bin(image[(i * channels) + c])]++;
        }
    }

    private void LookUp(int n, int part, in KernelBuffers buffers)
    {
        var (start, end) = (parts.Start(part), parts.Start(part + 1));
        var first = (((nint)n * Pixels) + start) * channels;
        var image = buffers.Input(0) + first;
        var output = buffers.Output + first;
        var table = buffers.WorkerScratch + (4 * bins);
        for (var c = 0; c < channels; c++)
        {
            var isEqualized = WriteTable((int*)buffers.Scratch, n, c, buffers.WorkerScratch, table);
            for (var i = c; i < (end - start) * channels; i += channels) output[i] = isEqualized ? table[Bin(image[i])] : image[i];
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

    /// <summary>For 256 bins the quotient is exact, as that of the reference is.</summary>
    private int Bin(float x)
    {
        var place = x * (bins - 1) / (float)EqualizeOp.Largest;
        return place > 0 ? place < bins - 1 ? (int)place : bins - 1 : 0;
    }
}
