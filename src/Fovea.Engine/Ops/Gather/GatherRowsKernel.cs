using System.Numerics.Tensors;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Copies rows of a table. A unit is some consecutive rows of the output.</summary>
/// <param name="rows">The number of rows of the table.</param>
/// <param name="columns">The number of columns.</param>
/// <param name="count">The number of indices.</param>
internal sealed unsafe class GatherRowsKernel(int rows, int columns, int count) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfFloats(2L * count * columns), count);

    public override int Units(int phase) => units.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        for (var i = units.Start(unit); i < units.Start(unit + 1); i++)
        {
            var output = new Span<float>(buffers.Output + ((nint)i * columns), columns);
            var row = GatherRowsOp.Row(buffers.Input(1)[i], rows);
            if (row < 0) output.Fill(float.NaN);
            else new ReadOnlySpan<float>(buffers.Input(0) + ((nint)row * columns), columns).CopyTo(output);
        }
    }
}

/// <summary>Adds rows by index, in their order. A unit is some consecutive columns, so that units do not write to the same elements.</summary>
/// <param name="rows">The number of rows of the output.</param>
/// <param name="columns">The number of columns.</param>
/// <param name="count">The number of indices.</param>
internal sealed unsafe class ScatterRowsKernel(int rows, int columns, int count) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfFloats(((2L * count) + rows) * columns), columns);

    public override int Units(int phase) => units.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (first, length) = (units.Start(unit), units.Start(unit + 1) - units.Start(unit));
        for (var row = 0; row < rows; row++) new Span<float>(buffers.Output + ((nint)row * columns) + first, length).Clear();
        for (var i = 0; i < count; i++)
        {
            var row = GatherRowsOp.Row(buffers.Input(1)[i], rows);
            if (row < 0) continue;
            var sum = new Span<float>(buffers.Output + ((nint)row * columns) + first, length);
            TensorPrimitives.Add(sum, new ReadOnlySpan<float>(buffers.Input(0) + ((nint)i * columns) + first, length), sum);
        }
    }
}
