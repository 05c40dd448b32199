namespace Fovea.Engine.Ops;

/// <summary>
/// Mean and variance of each channel (the innermost dimension) over all other dimensions, packed into one vector: the means, then the
/// variances, Σ(x − mean)² / n. Its gradient is part of <see cref="BatchNormalizationOp"/>'s.
/// </summary>
internal sealed record BatchMomentsOp : Op
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => [2 * inputs[0][^1]];

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        throw new InvalidOperationException("The gradient of a batch's moments is part of the batch normalization's.");

    public override void Reference(ReferenceCall call)
    {
        var (x, channels) = (call.Inputs[0], call.InputShapes[0][^1]);
        double rows = x.Length / channels;
        for (var i = 0; i < x.Length; i++) call.Output[i % channels] += x[i] / rows;
        for (var i = 0; i < x.Length; i++)
        {
            var centered = x[i] - call.Output[i % channels];
            call.Output[channels + (i % channels)] += centered * centered / rows;
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new BatchMomentsKernel(ChannelRows.Of(inputs[0]));
}
