using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>One input's part of a <see cref="CopyRunsKernel"/>: runs of so many floats, from where they lie in the input to where in the output.</summary>
internal readonly record struct CopyRun(int Length, int InputStride, int InputOffset, int OutputStride, int OutputOffset);

/// <summary>Copies runs of neighbouring floats: what slicing, embedding and concatenation are. What no run covers becomes 0.</summary>
/// <param name="count">How many runs each input has.</param>
/// <param name="outputLength">How many floats of the output belong to one run of each input.</param>
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
