using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>The transpose of a matrix: input [rows, columns], output [columns, rows]; in cache-sized blocks.</summary>
internal sealed unsafe class TransposeKernel(int rows, int columns) : Kernel
{
    public override int Units(int phase) => Transposition.Units(rows, columns);

    public override void Run(int phase, int unit, in KernelBuffers buffers) =>
        Transposition.Run(unit, buffers.Input(0), buffers.Output, rows, columns);
}
