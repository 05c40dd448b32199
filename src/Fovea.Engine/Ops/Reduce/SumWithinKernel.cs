using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>Sums the middle dimension of [outer, summed, inner]. A unit is a run of outer positions, so no sum is split.</summary>
internal sealed unsafe class SumWithinKernel(int outer, int summed, int inner) : Kernel
{
    private const int UnitFloats = 16 * 1024;

    private readonly int perUnit = Math.Max(1, UnitFloats / (summed * inner));

    public override int Units(int phase) => (outer + perUnit - 1) / perUnit;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var end = Math.Min(outer, (unit + 1) * perUnit);
        for (var o = unit * perUnit; o < end; o++)
        {
            var input = new ReadOnlySpan<float>(buffers.Input(0) + ((long)o * summed * inner), summed * inner);
            var output = new Span<float>(buffers.Output + ((long)o * inner), inner);
            if (inner == 1)
            {
                output[0] = TensorPrimitives.Sum(input);
                continue;
            }

            input[..inner].CopyTo(output);
            for (var s = 1; s < summed; s++) TensorPrimitives.Add(output, input.Slice(s * inner, inner), output);
        }
    }
}
