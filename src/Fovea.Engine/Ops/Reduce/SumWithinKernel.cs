using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>
/// Sums the middle dimension of [outer, summed, inner]. A unit is a run of outer positions, so no sum is shared. Where the inner dimension is short, as the
/// colors of images are, blocks of many summands are added, and then the sums of a block.
/// </summary>
internal sealed unsafe class SumWithinKernel(int outer, int summed, int inner) : Kernel
{
    private const int UnitFloats = 16 * 1024;

    private const int BlockFloats = 128;

    /// <summary>The summands of a block: 1 unless the inner dimension is short.</summary>
    private readonly int perBlock = inner is > 1 and < 16 && summed >= 8 * (BlockFloats / inner) ? BlockFloats / inner : 1;

    private readonly int perUnit = Math.Max(1, UnitFloats / (summed * inner));

    public override int WorkerScratchFloats => BlockFloats;

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

            if (perBlock == 1)
            {
                AddRows(input, output);
                continue;
            }

            var block = new Span<float>(buffers.WorkerScratch, perBlock * inner);
            var whole = summed / perBlock * perBlock * inner;
            AddRows(input[..whole], block);
            AddRows(block, output);
            for (var start = whole; start < input.Length; start += inner) TensorPrimitives.Add(output, input.Slice(start, inner), output);
        }
    }

    /// <summary>The sum of rows of the length of the sum.</summary>
    private static void AddRows(ReadOnlySpan<float> rows, Span<float> sum)
    {
        rows[..sum.Length].CopyTo(sum);
        for (var start = sum.Length; start < rows.Length; start += sum.Length) TensorPrimitives.Add(sum, rows.Slice(start, sum.Length), sum);
    }
}
