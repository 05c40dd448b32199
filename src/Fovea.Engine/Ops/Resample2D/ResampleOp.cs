namespace Fovea.Engine.Ops;

/// <summary>
/// Resamples an image (n, h, w, c) to another size, separately along each axis: y[n,i,j,c] = Σ r[i,u]·s[j,v]·x[n,u,v,c], where the weights r and s
/// follow from the rule and the sizes. If <paramref name="IsTransposed"/>, it computes an image of the old size from one of the new size:
/// y[n,i,j,c] = Σ r[u,i]·s[v,j]·x[n,u,v,c]. Each of the two is the gradient of the other.
/// </summary>
internal sealed record ResampleOp(AxisSampling Rows, AxisSampling Columns, bool IsTransposed = false) : Op
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var image = inputs[0];
        var (rows, columns) = (Rows.Outputs, Columns.Outputs);
        var (from, to) = IsTransposed ? ((rows, columns), (Rows.Inputs, Columns.Inputs)) : ((Rows.Inputs, Columns.Inputs), (rows, columns));
        return image.Rank == 4 && (image[1], image[2]) == from
            ? [image[0], to.Item1, to.Item2, image[3]]
            : throw new ShapeException(Name, $"expected an image (batch, {from.Item1}, {from.Item2}, channels); received {image}.");
    }

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(this with { IsTransposed = !IsTransposed }, outputGradient)];

    public override void Reference(ReferenceCall call)
    {
        var (rows, columns, channels) = (Rows.Taps(), Columns.Taps(), call.OutputShape[3]);
        for (var n = 0; n < call.OutputShape[0]; n++)
        {
            for (var i = 0; i < rows.Outputs; i++)
            {
                for (var j = 0; j < columns.Outputs; j++)
                {
                    var ((top, down), (left, right)) = (rows[i], columns[j]);
                    for (var tap = 0; tap < down.Length * right.Length; tap++)
                    {
                        var (u, v) = (tap / right.Length, tap % right.Length);
                        var small = ((((n * rows.Inputs) + top + u) * columns.Inputs) + left + v) * channels;
                        var large = ((((n * rows.Outputs) + i) * columns.Outputs) + j) * channels;
                        var (from, to) = IsTransposed ? (large, small) : (small, large);
                        for (var c = 0; c < channels; c++) call.Output[to + c] += down[u] * right[v] * call.Inputs[0][from + c];
                    }
                }
            }
        }
    }

    /// <summary>An output needs 4 products if it is bilinear, 16 if it is bicubic. Selecting and averaging count as 0, as in pooling.</summary>
    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) =>
        Rows.Rule is SamplingRule.Nearest or SamplingRule.BinMean or SamplingRule.Bins
        ? 0
        : (IsTransposed ? inputs[0] : output).Count * (long)Rows.Taps().MaxLength * Columns.Taps().MaxLength;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var (rows, columns) = (Rows.Taps(), Columns.Taps());
        return IsTransposed
            ? new ResampleKernel(output[0], rows.Transposed(), columns.Transposed(), output[3])
            : new ResampleKernel(output[0], rows, columns, output[3]);
    }
}

/// <summary>Resampling of nodes.</summary>
public static class Resampling
{
    extension(Node image)
    {
        /// <summary>Resizes an image.</summary>
        /// <param name="height">The new height, at least 1.</param>
        /// <param name="width">The new width, at least 1.</param>
        /// <param name="interpolation">How values between pixels are computed.</param>
        /// <param name="antialias">
        /// Whether each value of a shrunk image is a weighted mean of all pixels that it covers: the interpolation is widened by the factor of the shrinking.
        /// It does not change <see cref="ResizeInterpolation.Nearest"/>.
        /// </param>
        /// <exception cref="ShapeException">The node is not an image, or a size is below 1.</exception>
        public Node Resize(int height, int width, ResizeInterpolation interpolation = ResizeInterpolation.Bilinear, bool antialias = false)
        {
            var rule = interpolation switch
            {
                ResizeInterpolation.Nearest => SamplingRule.Nearest,
                ResizeInterpolation.Bicubic => SamplingRule.Bicubic,
                ResizeInterpolation.Lanczos3 => SamplingRule.Lanczos3,
                ResizeInterpolation.Lanczos5 => SamplingRule.Lanczos5,
                _ => SamplingRule.Bilinear,
            };
            return image.Resample("Resize", rule, height, width, antialias && rule != SamplingRule.Nearest);
        }

        /// <summary>
        /// The means of bins that cover the image. Of n rows, output i of m averages rows ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ − 1; the same holds for columns.
        /// </summary>
        /// <exception cref="ShapeException">The node is not an image, or a size is below 1.</exception>
        public Node AdaptiveAveragePool2D((int Height, int Width) size) => image.DividesInto(size) is { } bin
            ? image.AveragePool2D(bin, bin, Padding.Valid)
            : image.Resample("AdaptiveAveragePool2D", SamplingRule.BinMean, size.Height, size.Width);

        /// <summary>The maxima of the bins of <c>AdaptiveAveragePool2D</c>.</summary>
        /// <exception cref="ShapeException">The node is not an image, or a size is below 1.</exception>
        public Node AdaptiveMaxPool2D((int Height, int Width) size)
        {
            if (image.DividesInto(size) is { } even) return image.MaxPool2D(even, even, Padding.Valid);

            // Repeated elements follow the original, so they change neither the maximum nor the element that receives the gradient.
            var bins = image.Resample("AdaptiveMaxPool2D", SamplingRule.Bins, size.Height, size.Width);
            var bin = (bins.Shape[1] / size.Height, bins.Shape[2] / size.Width);
            return bins.MaxPool2D(bin, bin, Padding.Valid);
        }

        /// <summary>The size of the bins if all have the same size and do not overlap; otherwise null.</summary>
        private (int Height, int Width)? DividesInto((int Height, int Width) bins) =>
            image.Shape.Rank == 4 && bins is { Height: > 0, Width: > 0 } && image.Shape[1] % bins.Height == 0 && image.Shape[2] % bins.Width == 0
                ? (image.Shape[1] / bins.Height, image.Shape[2] / bins.Width)
                : null;

        private Node Resample(string name, SamplingRule rule, int height, int width, bool antialias = false) => image.Shape.Rank != 4
            ? throw new ShapeException(name, $"expected an image (batch, height, width, channels); received {image.Shape}.")
            : height < 1 || width < 1
            ? throw new ShapeException(name, $"expected a size of at least 1 in both directions; received ({height}, {width}).")
            : new Node(
                new ResampleOp(
                    new AxisSampling(rule, image.Shape[1], height, antialias && image.Shape[1] > height),
                    new AxisSampling(rule, image.Shape[2], width, antialias && image.Shape[2] > width)),
                image);
    }
}
