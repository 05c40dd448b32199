namespace Fovea.Engine.Ops;

/// <summary>
/// Filters each image (h, w, c) of a batch with its own weights, separately along columns and rows:
/// y[i,j] = Σ a[u]·b[v]·x[i + u − ⌊p/2⌋, j + v − ⌊q/2⌋], where the image is continued beyond its border. Inputs: images (n, h, w, c), a (n, p) and b (n, q),
/// with p and q odd. The weights have no gradient. If <paramref name="IsTransposed"/>, it computes the gradient with respect to the images from that of the
/// output.
/// </summary>
/// <param name="FillMode">How the image is continued beyond its border; <see cref="FillMode.Constant"/> means zeros.</param>
/// <param name="IsTransposed">Whether each pixel is added, with the weights, to the pixels that it would be computed from.</param>
internal sealed record SeparableFilterOp(FillMode FillMode, bool IsTransposed = false) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank != 4) throw new ShapeException(Name, $"expected images (batch, height, width, channels); received {inputs[0]}.");
        foreach (var weights in inputs.Skip(1))
        {
            if (weights.Rank != 2 || weights[0] != inputs[0][0] || weights[1] % 2 == 0)
                throw new ShapeException(Name, $"expected an odd number of weights for each of {inputs[0][0]} images; received {weights}.");
        }

        return inputs[0];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(this with { IsTransposed = !IsTransposed }, outputGradient, node.Inputs[1], node.Inputs[2]), null, null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (height, width, channels) = (call.OutputShape[1], call.OutputShape[2], call.OutputShape[3]);
        var (p, q) = (call.InputShapes[1][1], call.InputShapes[2][1]);
        for (var pixel = 0; pixel < call.OutputShape[0] * height * width; pixel++)
        {
            var (n, i, j) = (pixel / (height * width), pixel / width % height, pixel % width);
            for (var tap = 0; tap < p * q; tap++)
            {
                var (u, v) = (tap / q, tap % q);
                var (row, column) = (FillMode.Inside(i + u - (p / 2), height), FillMode.Inside(j + v - (q / 2), width));
                if (row < 0 || column < 0) continue;
                var read = (((n * height) + row) * width) + column;
                var (from, to) = IsTransposed ? (pixel, read) : (read, pixel);
                for (var c = 0; c < channels; c++)
                    call.Output[(to * channels) + c] += call.Inputs[1][(n * p) + u] * call.Inputs[2][(n * q) + v] * call.Inputs[0][(from * channels) + c];
            }
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => output.Count * (long)(inputs[1][1] + inputs[2][1]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        IsTransposed
            ? new SeparableFilterGradientKernel(output, inputs[1][1], inputs[2][1], FillMode)
            : new SeparableFilterKernel(output, inputs[1][1], inputs[2][1], FillMode);
}

/// <summary>Filters of nodes.</summary>
internal static class SeparableFilters
{
    extension(Node images)
    {
        /// <summary>Filters each image with weights (n, p) along columns and (n, q) along rows: see <see cref="SeparableFilterOp"/>.</summary>
        /// <exception cref="ShapeException">The node is not a batch of images, or the weights do not fit.</exception>
        public Node SeparableFilter(Node down, Node across, FillMode fillMode) => new(new SeparableFilterOp(fillMode), images, down, across);
    }
}
