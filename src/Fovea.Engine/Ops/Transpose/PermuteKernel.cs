using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Permutes the dimensions of a tensor. Dimensions that stay adjacent are merged. If the innermost dimension stays innermost, the kernel copies whole
/// rows. Otherwise the old and the new innermost dimension form matrices, which the kernel transposes block by block, so that input and output are
/// accessed in whole cache lines.
/// </summary>
internal sealed unsafe class PermuteKernel : Kernel
{
    private const int Block = 16;  // floats: a cache line

    private readonly (int Size, int InputStride, int OutputStride)[] outer;
    private readonly (int Size, int InputStride) columns = (1, 1);
    private readonly (int Size, int OutputStride) rows = (1, 0);
    private readonly Cut matrices;

    /// <param name="axes">The output's dimensions in order, each with its size and its stride in the input.</param>
    public PermuteKernel(IEnumerable<(int Size, int Stride)> axes)
    {
        var merged = new List<(int Size, int InputStride)>();
        foreach (var (size, stride) in axes.Where(axis => axis.Size > 1))
        {
            if (merged.Count > 0 && merged[^1].InputStride == stride * size) merged[^1] = (merged[^1].Size * size, stride);
            else merged.Add((size, stride));
        }

        var outputStride = 1;
        var strided = new List<(int Size, int InputStride, int OutputStride)>();
        foreach (var (size, stride) in Enumerable.Reverse(merged))
        {
            strided.Add((size, stride, outputStride));
            outputStride *= size;
        }

        // The columns are the innermost dimension of the output, the rows that of the input. One dimension may be both.
        if (strided.Count > 0) columns = (strided[0].Size, strided[0].InputStride);
        if (strided.Find(axis => axis.InputStride == 1) is { OutputStride: > 1 } inner) rows = (inner.Size, inner.OutputStride);
        outer = [.. strided.Skip(1).Where(axis => axis.InputStride != 1)];
        matrices = Cut.Into(Granularity.OfFloats(2L * outputStride), outer.Aggregate(1, (product, axis) => product * axis.Size));
    }

    public override int Units(int phase) => matrices.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        for (var matrix = matrices.Start(unit); matrix < matrices.Start(unit + 1); matrix++)
        {
            var rest = matrix;
            float* source = buffers.Input(0), target = buffers.Output;
            foreach (var (size, inputStride, outputStride) in outer)
            {
                source += rest % size * inputStride;
                target += rest % size * outputStride;
                rest /= size;
            }

            if (columns.InputStride == 1) new ReadOnlySpan<float>(source, columns.Size).CopyTo(new Span<float>(target, columns.Size));
            else TransposeMatrix(source, target);
        }
    }

    private void TransposeMatrix(float* source, float* target)
    {
        for (var row = 0; row < rows.Size; row += Block)
        {
            for (var column = 0; column < columns.Size; column += Block)
            {
                var (lastRow, lastColumn) = (Math.Min(rows.Size, row + Block), Math.Min(columns.Size, column + Block));
                for (var r = row; r < lastRow; r++)
                {
                    var to = target + ((nint)r * rows.OutputStride);
                    for (var c = column; c < lastColumn; c++) to[c] = source[((nint)c * columns.InputStride) + r];
                }
            }
        }
    }
}
