using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The runs that a <see cref="CopyRunsKernel"/> copies from one input. Each has <paramref name="Length"/> floats. Run i begins at
/// i · InputStride + InputOffset in the input and at i · OutputStride + OutputOffset in the output.
/// </summary>
internal readonly record struct CopyRun(int Length, int InputStride, int InputOffset, int OutputStride, int OutputOffset);

/// <summary>Copies runs of contiguous floats, for slicing, embedding and concatenation. Elements that no run covers become 0.</summary>
/// <param name="count">The number of runs of each input.</param>
/// <param name="outputLength">The number of floats of the output that belong to one run of each input.</param>
/// <param name="runs">The runs of each input.</param>
internal sealed unsafe class CopyRunsKernel(int count, int outputLength, CopyRun[] runs) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfFloats(2L * count * outputLength), count);
    private readonly bool leavesGaps = runs.Sum(run => run.Length) < outputLength;

    public override int Units(int phase) => units.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (first, end) = (units.Start(unit), units.Start(unit + 1));
        if (leavesGaps) new Span<float>(buffers.Output + ((nint)first * outputLength), (end - first) * outputLength).Clear();
        for (var k = 0; k < runs.Length; k++)
        {
            var run = runs[k];
            for (var i = first; i < end; i++)
            {
                var source = buffers.Input(k) + ((nint)i * run.InputStride) + run.InputOffset;
                new ReadOnlySpan<float>(source, run.Length)
                    .CopyTo(new Span<float>(buffers.Output + ((nint)i * run.OutputStride) + run.OutputOffset, run.Length));
            }
        }
    }
}
