namespace Fovea.Engine.Ops;

/// <summary>
/// Changes the colors of each image in its own way: image n by the <see cref="PhotometricKind"/> p[n, 0] with the amounts p[n, 1] and p[n, 2]. The inputs are
/// images (batch, height, width, channels) and p, (batch, 3). Images of three channels have the gray value 0.299 red + 0.587 green + 0.114 blue. It has no
/// gradient.
/// </summary>
/// <param name="Low">The smallest value of a pixel, black.</param>
/// <param name="High">The largest value.</param>
public sealed record PhotometricOp(double Low, double High) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank != 4) throw new ShapeException(Name, $"expected images (batch, height, width, channels); received {inputs[0]}.");
        return inputs[1] == [inputs[0][0], 3]
            ? inputs[0]
            : throw new ShapeException(Name, $"expected a kind and two amounts for each image; received {inputs[1]}.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null, null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var size = call.OutputShape[1..];
        for (var n = 0; n < call.OutputShape[0]; n++)
        {
            var part = new Range(n * size.Count, (n + 1) * size.Count);
            PhotometricChange.Apply<double>(
                call.Inputs[0].AsSpan()[part], call.Output.AsSpan()[part], size, (Low, High), (PhotometricKind)call.Inputs[1][3 * n],
                call.Inputs[1][(3 * n) + 1], call.Inputs[1][(3 * n) + 2]);
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        output[3] is 1 or 3 ? new PhotometricKernel(output, (float)Low, (float)High) : null;
}
