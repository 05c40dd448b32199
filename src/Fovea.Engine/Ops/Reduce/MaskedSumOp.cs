namespace Fovea.Engine.Ops;

/// <summary>
/// The sum of x over its first <paramref name="AxisCount"/> dimensions, of the elements where a mask of the same shape is above 0. Inputs: [x, mask].
/// Fusion creates it.
/// </summary>
internal sealed record MaskedSumOp(int AxisCount) : FusedOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0][AxisCount..];

    public override void Reference(ReferenceCall call)
    {
        for (var i = 0; i < call.Inputs[0].Length; i++)
        {
            if (call.Inputs[1][i] > 0) call.Output[i % call.Output.Length] += call.Inputs[0][i];
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new SumRowsKernel(inputs[0].Count / output.Count, output.Count, isMasked: true);
}
