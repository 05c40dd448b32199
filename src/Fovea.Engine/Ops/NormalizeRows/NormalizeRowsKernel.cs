using System.Numerics.Tensors;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Normalizes rows, in a few vectorized passes over each row, which stays in the cache if it fits. A unit is a run of rows.</summary>
internal sealed unsafe class NormalizeRowsKernel(int rows, int length, float epsilon) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfFloats(2L * rows * length), rows);

    public override bool CanOverwrite(int input) => true;

    public override int Units(int phase) => units.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        for (var row = units.Start(unit); row < units.Start(unit + 1); row++)
        {
            var y = new Span<float>(buffers.Output + ((nint)row * length), length);
            var scale = Center(new ReadOnlySpan<float>(buffers.Input(0) + ((nint)row * length), length), y, epsilon);
            TensorPrimitives.Multiply(y, scale, y);
        }
    }

    /// <summary>Writes x − mean and returns 1 / √(variance + ε).</summary>
    internal static float Center(ReadOnlySpan<float> x, Span<float> centered, float epsilon)
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Sum(x) / x.Length, centered);
        return 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(centered) / x.Length) + epsilon);
    }
}

/// <summary>The gradient of a normalization of rows. Inputs: [output gradient, x].</summary>
internal sealed unsafe class NormalizeRowsGradientKernel(int rows, int length, float epsilon) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfFloats(3L * rows * length), rows);

    public override bool CanOverwrite(int input) => input == 1;

    public override int Units(int phase) => units.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        for (var row = units.Start(unit); row < units.Start(unit + 1); row++)
        {
            var start = (nint)row * length;
            var gradient = new ReadOnlySpan<float>(buffers.Input(0) + start, length);
            var output = new Span<float>(buffers.Output + start, length);
            var scale = NormalizeRowsKernel.Center(new ReadOnlySpan<float>(buffers.Input(1) + start, length), output, epsilon);
            var share = TensorPrimitives.Dot(gradient, output) * scale * scale / length;
            TensorPrimitives.Multiply(output, -share, output);
            TensorPrimitives.Add(output, gradient, output);
            TensorPrimitives.Subtract(output, TensorPrimitives.Sum(gradient) / length, output);
            TensorPrimitives.Multiply(output, scale, output);
        }
    }
}
