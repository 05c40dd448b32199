using System.Numerics.Tensors;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Softmax, cross-entropy and its gradient in one pass over rows of logits. A unit is a run of rows; it sums their losses, and phase 1 adds the sums of
/// the units in order.
/// </summary>
internal sealed unsafe class CrossentropyKernel(int rows, int classes, CrossentropyOp op) : Kernel
{
    private readonly Cut units = Cut.Into(Granularity.OfExponentials((long)rows * classes), rows);

    public override int Phases => 2;

    public override int ScratchFloats => units.Parts;

    public override int Units(int phase) => phase == 0 ? units.Parts : 1;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var gradient = PartOp.After(rows * classes);
        if (phase == 1)
        {
            buffers.Output[2 * gradient] = op.LossScale * TensorPrimitives.Sum(new ReadOnlySpan<float>(buffers.Scratch, units.Parts));
            return;
        }

        var sum = 0.0;
        for (var row = units.Start(unit); row < units.Start(unit + 1); row++)
        {
            var first = (nint)row * classes;
            var x = new ReadOnlySpan<float>(buffers.Input(0) + first, classes);
            var p = new Span<float>(buffers.Output + first, classes);
            var g = new Span<float>(buffers.Output + gradient + first, classes);
            TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), g);
            TensorPrimitives.Exp(g, p);
            var exponentials = TensorPrimitives.Sum(p);
            var logarithm = MathF.Log(exponentials);
            TensorPrimitives.Divide(p, exponentials, p);
            sum += op.IsSparse
                ? OfClass(buffers.Input(1)[row], logarithm, p, g)
                : OfTargets(new ReadOnlySpan<float>(buffers.Input(1) + first, classes), logarithm, p, g);
        }

        buffers.Scratch[unit] = (float)sum;
    }

    /// <summary>Returns Σ t·ln p of a row. <paramref name="g"/> holds x − max x and receives the gradient.</summary>
    private float OfTargets(ReadOnlySpan<float> t, float logarithm, ReadOnlySpan<float> p, Span<float> g)
    {
        var total = TensorPrimitives.Sum(t);
        var sum = TensorPrimitives.Dot(t, g) - (total * logarithm);
        TensorPrimitives.Multiply(p, -op.GradientScale * total, g);
        TensorPrimitives.MultiplyAdd(t, op.GradientScale, g, g);
        return sum;
    }

    /// <summary>The same for a class number. A value that is not one has loss 0 and gradient 0.</summary>
    private float OfClass(float label, float logarithm, ReadOnlySpan<float> p, Span<float> g)
    {
        if (!OneHotKernel.IsClass(label, g.Length))
        {
            g.Clear();
            return 0;
        }

        var sum = g[(int)label] - logarithm;
        TensorPrimitives.Multiply(p, -op.GradientScale, g);
        g[(int)label] += op.GradientScale;
        return sum;
    }
}
