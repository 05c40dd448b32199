using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Packs the kernel of a convolution (u, v, c, f), or a matrix (k, n), into <see cref="Panels"/>, the layout that tiles read. The shape stays the same; only
/// fused ops read the values. Fusion uses it for weights that are constant between runs.
/// </summary>
internal sealed record PackKernelOp : FusedOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

    public override void Reference(ReferenceCall call)
    {
        for (var i = 0; i < call.Output.Length; i++) call.Output[IndexOf(i, call.OutputShape)] = call.Inputs[0][i];
    }

    /// <summary>The values in the order of the kernel again.</summary>
    public static double[] Unpack(double[] packed, Shape shape) => [.. Enumerable.Range(0, packed.Length).Select(i => packed[IndexOf(i, shape)])];

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new PackKernelKernel(PanelsOf(output));

    private static Panels PanelsOf(Shape kernel) => new(kernel[^1], kernel.Count / kernel[^1]);

    private static int IndexOf(int index, Shape shape)
    {
        var panels = PanelsOf(shape);
        var (row, column) = Math.DivRem(index, panels.Columns);
        return (int)panels.Start(column) + column + (row * panels.RowStep(column));
    }
}

/// <summary>Packs a kernel.</summary>
internal sealed unsafe class PackKernelKernel(Panels panels) : Kernel
{
    public override int Units(int phase) => panels.Units;

    public override void Run(int phase, int unit, in KernelBuffers buffers) => panels.Pack(unit, buffers.Input(0), buffers.Output);
}
