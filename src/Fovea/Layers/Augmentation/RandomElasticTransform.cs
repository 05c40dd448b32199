using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, distorts an image as if it were drawn on rubber, with a random probability. In inference it returns its input.
/// <c>keras.layers.RandomElasticTransform</c>; Simard et al. 2003.
/// </summary>
/// <remarks>
/// As in Keras, with a strength f that is drawn once for each batch: every pixel is read at a distance of alpha · n, where n is normally distributed noise of
/// standard deviation sigma, blurred by a Gaussian of standard deviation sigma over 3 · sigma pixels to each side; alpha is 0.1 · f times the longer side of
/// the image, sigma 0.05 · f times the shorter one. Masks and boxes are distorted with the image; Keras draws other noise for masks and refuses boxes.
/// </remarks>
/// <param name="factor">
/// The range from which the probability is drawn for each image, from 0 to 1; a single number f means 0 to f, as in Keras. So the default of 1 changes half of
/// the images; (1, 1) changes all.
/// </param>
/// <param name="scale">The range of the strength, from 0 to 1; a single number f means 0 to f. 1 by default.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
/// <param name="fillMode">How pixels outside the image are filled.</param>
/// <param name="fillValue">The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</param>
public sealed class RandomElasticTransform(
    FactorRange? factor = null, FactorRange? scale = null, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Reflect,
    double fillValue = 0) : ImageAugmentation
{
    /// <summary>The number of points of each edge of a box that are followed.</summary>
    private const int EdgePoints = 16;

    /// <summary>The range from which the probability is drawn.</summary>
    public FactorRange Factor { get; } = (factor ?? 1).From(0).Within(0, 1, nameof(RandomElasticTransform), nameof(factor));

    /// <summary>The range of the strength.</summary>
    public FactorRange Scale { get; } = (scale ?? 1).From(0).Within(0, 1, nameof(RandomElasticTransform), nameof(scale));

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(RandomElasticTransform), nameof(interpolation));

    /// <summary>How pixels outside the image are filled.</summary>
    public FillMode FillMode { get; } = fillMode.Defined(nameof(RandomElasticTransform), nameof(fillMode));

    /// <summary>The value of pixels outside the image, for <see cref="FillMode.Constant"/>.</summary>
    public double FillValue { get; } = fillValue.Finite(nameof(RandomElasticTransform), nameof(fillValue));

    /// <summary>
    /// The smallest and largest value of a pixel, to which the result is clipped: (0, 255) by default, as in Keras; (0, 1) for scaled images.
    /// </summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(RandomElasticTransform)); } = (0, 255);

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        var images = nodes.Images;
        var isChosen = AffineAugmentation.Coin(context, images, Factor).Reshape([images.Shape[0], 1, 1, 1]);
        var strength = (float)Scale.Low + ((float)(Scale.High - Scale.Low) * context.RandomUniform([1, 1], perBatch: true));
        var noise = context.RandomNormal([images.Shape[0], 2, images.Shape[1], images.Shape[2]], perBatch: false);
        return Move(nodes, isChosen * Distances(noise, strength, context), context);
    }

    /// <summary>Reads each pixel at its own position plus a distance, (batch, height, width, 2): to the right and down.</summary>
    internal ImageNodes Move(ImageNodes nodes, Node distances, CallContext context)
    {
        var images = nodes.Images;
        var positions = Pixels(context, images) + distances;
        var moved = nodes with
        {
            Images = images.SampleAt(positions, FillMode, Interpolation, FillValue).Clip((float)ValueRange.Low, (float)ValueRange.High),
        };
        if (nodes.Boxes is { } boxes) moved = Move(boxes, distances, context).In(moved, (images.Shape[1], images.Shape[2]));
        return nodes.MapMasks(moved, masks => masks.SampleAt(positions, FillMode, Interpolation.Nearest, nodes.MaskFillValue));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("factor", Factor);
        config.Set("scale", Scale);
        config.Set("value_range", (FactorRange)ValueRange);
        config.SetFilling(FillMode, Interpolation, FillValue);
    }

    internal static RandomElasticTransform FromConfig(Config config)
    {
        var (fillMode, interpolation, fillValue) = config.GetFilling(hasMirror: true);
        var range = config.GetFactor("value_range", (0, 255));
        return new RandomElasticTransform(config.GetFactor("factor", 1), config.GetFactor("scale", 1), interpolation, fillMode, fillValue)
        {
            ValueRange = (range.Low, range.High),
        };
    }

    /// <summary>The distances (x, y) at which pixels are read, (batch, height, width, 2), from noise (batch, 2, height, width) and the strength.</summary>
    internal static Node Distances(Node noise, Node strength, CallContext context)
    {
        var (batch, height, width) = (noise.Shape[0], noise.Shape[2], noise.Shape[3]);
        var (alpha, sigma) = (0.1f * Math.Max(height, width) * strength, (0.05f * Math.Min(height, width) * strength).Maximum(1e-3));
        var rows = noise.Reshape([2 * batch * height, width]).MatMul(Blur(width, sigma, context)).Reshape([batch, 2, height, width]);
        var columns = rows.Transpose(0, 1, 3, 2).Reshape([2 * batch * width, height]).MatMul(Blur(height, sigma, context));
        return (alpha * sigma).Reshape([1, 1, 1, 1]) * columns.Reshape([batch, 2, width, height]).Transpose(0, 3, 2, 1);
    }

    /// <summary>The symmetric matrix that blurs a row of a length, which is continued with zeros.</summary>
    private static Node Blur(int length, Node sigma, CallContext context)
    {
        var reach = (int)(3 * 0.05 * length) + 1;
        return Weights(Offsets(length, length)) / Weights(Offsets(1, (2 * reach) + 1) - reach).Sum();

        Node Weights(Node offset) => (-0.5f * (offset / sigma).Square()).Exp() * (offset.Abs() <= 3 * sigma);

        Node Offsets(int rows, int columns) => AffineAugmentation.Vector(
            context, [.. from row in Enumerable.Range(0, rows) from column in Enumerable.Range(0, columns) select (float)(column - row)])
                .Reshape([rows, columns]);
    }

    private static Node Pixels(CallContext context, Node images)
    {
        var (height, width) = (images.Shape[1], images.Shape[2]);
        return AffineAugmentation.Vector(context, [.. Enumerable.Range(0, height * width).SelectMany(i => (float[])[i % width, i / width])])
            .Reshape([1, height, width, 2]);
    }

    /// <summary>
    /// The smallest boxes around points of the edges of boxes. The point q of the image appears where p + d(p) = q, with d the distance at p: the fixed point
    /// of p = q − d(p).
    /// </summary>
    private static MovedBoxes Move(Node boxes, Node distances, CallContext context)
    {
        var (batch, count) = (boxes.Shape[0], boxes.Shape[1]);
        float[] along = [.. Enumerable.Range(0, EdgePoints + 1).Select(i => i / (float)EdgePoints)];
        (float X, float Y)[] points = [.. along.SelectMany(t => ((float, float)[])[(t, 0), (t, 1), (0, t), (1, t)])];
        var (left, top, right, bottom) = MovedBoxes.Edges(boxes);
        var goal = Concatenation.Concatenate(
            3, On(left, right, [.. points.Select(point => point.X)]), On(top, bottom, [.. points.Select(point => point.Y)]));
        var found = goal;
        for (var i = 0; i < 6; i++) found = goal - distances.SampleAt(found, FillMode.Nearest, Interpolation.Bilinear);
        var (low, high) = (found.Min(2) + 0.5f, found.Max(2) + 0.5f);
        return new MovedBoxes(Edge(low, 0), Edge(low, 1), Edge(high, 0), Edge(high, 1));

        Node On(Node start, Node end, float[] parts) =>
            (start.Reshape([batch, count, 1]) + ((end - start).Reshape([batch, count, 1]) * AffineAugmentation.Vector(context, parts)) - 0.5f).ExpandDims(3);

        Node Edge(Node edges, int axis) => edges.Slice(2, axis, 1).Reshape([batch, count]);
    }
}
