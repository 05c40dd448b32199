namespace Fovea.Engine.Ops;

/// <summary>
/// Mean and variance of each channel (the innermost dimension) over all other dimensions, packed into one vector: the means, then the
/// variances, Σ(x − mean)² / n. The gradient of <see cref="BatchNormalizationOp"/> already includes the dependence of the moments on x.
/// </summary>
internal sealed record BatchMomentsOp : Op
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => [2 * inputs[0][^1]];

    /// <summary>With gradients a of the mean and b of the variance over n rows: (a + 2·b·(x − mean)) / n.</summary>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var x = node.Inputs[0];
        var channels = x.Shape[^1];
        var mean = new Node(new PartOp(0, [channels]), node);
        var (ofMean, ofVariance) = (outputGradient.Slice(0, 0, channels), outputGradient.Slice(0, channels, channels));
        return [(ofMean + (2 * ofVariance * (x - mean))) / (x.Shape.Count / channels)];
    }

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
