using System.Numerics.Tensors;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>The softmax of rows, or its logarithm. A unit is a run of rows.</summary>
internal sealed unsafe class SoftmaxKernel(int rows, int length, bool logarithm) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfExponentials((long)rows * length), rows);

    public override int Units(int phase) => units.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        for (var row = units.Start(unit); row < units.Start(unit + 1); row++)
        {
            var x = new ReadOnlySpan<float>(buffers.Input(0) + ((long)row * length), length);
            var y = new Span<float>(buffers.Output + ((long)row * length), length);
            var max = TensorPrimitives.Max(x);
            TensorPrimitives.Subtract(x, max, y);
            if (logarithm)
            {
                var sum = 0f;
                foreach (var value in y) sum += MathF.Exp(value);
                TensorPrimitives.Subtract(y, MathF.Log(sum), y);
            }
            else
            {
                TensorPrimitives.Exp(y, y);
                TensorPrimitives.Divide(y, TensorPrimitives.Sum(y), y);
            }
        }
    }
}

/// <summary>One-hot rows: 1 at the class, 0 elsewhere.</summary>
internal sealed unsafe class OneHotKernel(int rows, int classes) : Kernel
{
    public override int Units(int phase) => 1;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        new Span<float>(buffers.Output, rows * classes).Clear();
        for (var row = 0; row < rows; row++)
        {
            var label = buffers.Input(0)[row];
            if (IsClass(label, classes)) buffers.Output[(row * classes) + (int)label] = 1;
        }
    }

    /// <summary>Whether a value is a class number: an integer from 0 to <paramref name="classes"/> − 1.</summary>
    public static bool IsClass(float label, int classes) => label >= 0 && label < classes && label == MathF.Floor(label);
}
