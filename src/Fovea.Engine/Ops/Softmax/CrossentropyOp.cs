namespace Fovea.Engine.Ops;

/// <summary>
/// The cross-entropy of rows of logits x with targets t, its gradient, and the probabilities p = softmax(x). The loss is the sum over the rows of
/// <paramref name="LossScale"/> · Σᵢ tᵢ·ln pᵢ. The gradient is <paramref name="GradientScale"/> · (t − p·Σᵢ tᵢ), that of such a sum with respect to
/// x. Inputs: [logits, targets]. The output is a buffer of rank 1, whose parts <see cref="Probabilities"/>, <see cref="Gradient(Node)"/> and
/// <see cref="Loss"/> return. Fusion creates it.
/// </summary>
/// <param name="LossScale">The factor of the loss, usually −1 / batch.</param>
/// <param name="GradientScale">The factor of the gradient.</param>
/// <param name="IsSparse">Whether the targets are class numbers, one for each row, whose one-hot rows (<see cref="OneHotOp"/>) are t.</param>
internal sealed record CrossentropyOp(float LossScale, float GradientScale, bool IsSparse) : FusedOp
{
    public override string Name => "Softmax+Crossentropy";

    /// <summary>The part of a node of this op that holds the softmax.</summary>
    public static Node Probabilities(Node node) => new(new PartOp(0, node.Inputs[0].Shape), node);

    /// <summary>The part of a node of this op that holds the gradient with respect to the logits.</summary>
    public static Node Gradient(Node node) => new(new PartOp(PartOp.After(node.Inputs[0].Shape.Count), node.Inputs[0].Shape), node);

    /// <summary>The part of a node of this op that holds the loss, with a shape of one element.</summary>
    public static Node Loss(Node node, Shape shape) => new(new PartOp(2 * PartOp.After(node.Inputs[0].Shape.Count), shape), node);

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (logits, targets) = (inputs[0], inputs[1]);
        var expected = IsSparse ? logits[..^1] : logits;
        return targets == expected
            ? [(2 * PartOp.After(logits.Count)) + 1]
            : throw new ShapeException(Name, $"expected targets {expected} for the logits {logits}; received {targets}.");
    }

    public override void Reference(ReferenceCall call)
    {
        var (x, classes) = (call.Inputs[0], call.InputShapes[0][^1]);
        var (gradient, loss) = (PartOp.After(x.Length), call.Output.Length - 1);
        var logarithms = new double[classes];
        for (var row = 0; row < x.Length; row += classes)
        {
            double Target(int i) => !IsSparse ? call.Inputs[1][row + i] : call.Inputs[1][row / classes] == i ? 1 : 0;
            new LogSoftmaxOp().Reference(x.AsSpan(row, classes), logarithms);
            var total = Enumerable.Range(0, classes).Sum(Target);
            for (var i = 0; i < classes; i++)
            {
                var p = call.Output[row + i] = Math.Exp(logarithms[i]);
                call.Output[gradient + row + i] = GradientScale * (Target(i) - (p * total));
                call.Output[loss] += LossScale * Target(i) * logarithms[i];
            }
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new CrossentropyKernel(inputs[0].Count / inputs[0][^1], inputs[0][^1], this);
}
