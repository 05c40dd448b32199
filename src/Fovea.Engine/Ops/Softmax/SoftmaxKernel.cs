using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>Softmax or its logarithm of rows: a unit is a run of rows, each row vectorised over its elements.</summary>
internal sealed unsafe class SoftmaxKernel(int rows, int length, bool logarithm) : Kernel
{
    private const int UnitFloats = 128;  // exponentials: about half a microsecond

    private readonly int perUnit = Math.Max(1, UnitFloats / length);

    public override int Units(int phase) => (rows + perUnit - 1) / perUnit;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var end = Math.Min(rows, (unit + 1) * perUnit);
        for (var row = unit * perUnit; row < end; row++)
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

/// <summary>Rows of zeros with a one at the class.</summary>
internal sealed unsafe class OneHotKernel(int rows, int classes) : Kernel
{
    public override int Units(int phase) => 1;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        new Span<float>(buffers.Output, rows * classes).Clear();
        for (var row = 0; row < rows; row++)
        {
            var label = buffers.Input(0)[row];
            if (label >= 0 && label < classes && label == MathF.Floor(label)) buffers.Output[(row * classes) + (int)label] = 1;
        }
    }
}
