using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Engine.Ops;

/// <summary>An op on some inputs. A row brings the tests of its gradient and its kernel.</summary>
/// <param name="Name">The name of the test.</param>
/// <param name="Inputs">The shapes of the inputs.</param>
/// <param name="Build">Applies the op.</param>
public sealed record OpCase(string Name, Shape[] Inputs, Func<Node[], Node> Build)
{
    /// <summary>Maps a normally distributed number to a value in the domain of the op.</summary>
    public Func<double, double> Domain { get; init; } = x => x;

    /// <summary>The inputs that have no gradient: class numbers, keys.</summary>
    public int[] Constants { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>The table of all ops.</summary>
public static class OpCases
{
    /// <summary>All kinds of changes of colors, each with an amount.</summary>
    private static readonly Variable AllKinds = Variable.Constant(
        "kinds", [0, 0, 0, 1, 1.5f, 0, 2, 0.3f, 0, 3, 0.4f, 0, 4, 1.7f, 0, 5, 3, 0, 6, 99, 0, 7, 0, 0, 8, 0, 0, 9, 0, 0, 10, 0.6f, 0, 11, 0.3f, 0, 12, 1.4f, 0,
            13, 1.3f, 0, 14, 99, 30, 15, 0, 0]);

    public static IReadOnlyList<OpCase> All { get; } =
    [
        new("add", [[2, 3], [2, 3]], x => x[0] + x[1]),
        new("add a row", [[4, 3, 5], [5]], x => x[0] + x[1]),
        new("add a column", [[4, 3, 5], [4, 3, 1]], x => x[0] + x[1]),
        new("add a middle", [[2, 3, 4, 5], [2, 1, 1, 5]], x => x[0] + x[1]),
        new("add a scalar", [[2, 3], []], x => x[0] + x[1]),
        new("subtract", [[3], [2, 3]], x => x[0] - x[1]),
        new("multiply", [[2, 3], [2, 1]], x => x[0] * x[1]),
        new("divide", [[2, 3], [3]], x => x[0] / x[1]) { Domain = x => x + (3 * Math.Sign(x)) },
        new("divide scalars", [[], []], x => x[0] / x[1]) { Domain = x => x + (3 * Math.Sign(x)) },
        new("mask", [[5, 7], [5, 7]], x => x[0].Mask(x[1])) { Constants = [1] },
        new("negate", [[7]], x => -x[0]),
        new("exp", [[7]], x => x[0].Exp()),
        new("exp minus one", [[37]], x => x[0].ExpMinusOne()),
        new("log", [[7]], x => x[0].Log()) { Domain = x => Math.Abs(x) + 0.5 },
        new("sqrt", [[7]], x => x[0].Sqrt()) { Domain = x => Math.Abs(x) + 0.5 },
        new("square", [[7]], x => x[0].Square()),
        new("abs", [[37]], x => x[0].Abs()) { Domain = AwayFromZero },
        new("maximum", [[5, 7], [7]], x => x[0].Maximum(x[1])),
        new("minimum", [[5, 7], []], x => x[0].Minimum(x[1])),
        new("normal distribution", [[37]], x => x[0].NormalCdf()) { Domain = x => 4 * x },
        new("relu", [[37]], x => x[0].Relu()) { Domain = AwayFromZero },
        new("sigmoid", [[37]], x => x[0].Sigmoid()),
        new("tanh", [[37]], x => x[0].Tanh()),
        new("sin", [[37]], x => x[0].Sin()),
        new("cos", [[37]], x => x[0].Cos()),
        new("floor", [[37]], x => x[0].Floor()) { Domain = BetweenIntegers },
        new("ceiling", [[37]], x => x[0].Ceiling()) { Domain = BetweenIntegers },
        new("round", [[37]], x => x[0].Round()) { Domain = x => BetweenIntegers(x) + 0.3 },
        new("truncate", [[37]], x => x[0].Truncate()) { Domain = BetweenIntegers },
        new("sign", [[37]], x => x[0].Sign()) { Domain = AwayFromZero },
        new("tan", [[37]], x => x[0].Tan()) { Domain = x => Math.Tanh(x) },
        new("arcsine", [[37]], x => x[0].Asin()) { Domain = x => 0.9 * Math.Tanh(x) },
        new("arccosine", [[37]], x => x[0].Acos()) { Domain = x => 0.9 * Math.Tanh(x) },
        new("arctangent", [[37]], x => x[0].Atan()),
        new("hyperbolic sine", [[37]], x => x[0].Sinh()),
        new("hyperbolic cosine", [[37]], x => x[0].Cosh()),
        new("inverse hyperbolic sine", [[37]], x => x[0].Asinh()),
        new("inverse hyperbolic cosine", [[37]], x => x[0].Acosh()) { Domain = x => 1.5 + Math.Abs(x) },
        new("inverse hyperbolic tangent", [[37]], x => x[0].Atanh()) { Domain = x => 0.9 * Math.Tanh(x) },
        new("power", [[5, 7], [7]], x => x[0].Power(x[1])) { Domain = x => Math.Abs(x) + 0.5 },
        new("softplus", [[37]], x => x[0].Softplus()) { Domain = x => 10 * x },
        new("clip", [[37]], x => x[0].Clip(-0.5f, 0.5f)),
        new("broadcast", [[3, 1]], x => x[0].BroadcastTo([2, 3, 4])),
        new("reshape", [[3, 4]], x => x[0].Reshape([2, 6])),
        new("transpose", [[5, 7]], x => x[0].Transpose(1, 0)),
        new("transpose of three", [[3, 4, 5]], x => x[0].Transpose(2, 0, 1)),
        new("transpose of four", [[3, 2, 5, 4]], x => x[0].Transpose(3, 1, 0, 2)),
        new("transpose of rows", [[3, 2, 5, 4]], x => x[0].Transpose(1, 0, 2, 3)),
        new("transpose of dimensions of one", [[1, 3, 1]], x => x[0].Transpose(2, 1, 0)),
        new("rows by index", [[5, 3], [4]], x => x[0].Rows(x[1])) { Constants = [1] },
        new("sums of rows by index", [[4, 3], [4]], x => new Node(new ScatterRowsOp(5), x[0], x[1])) { Constants = [1] },
        new("slice", [[3, 5, 4]], x => x[0].Slice(1, 2, 2)),
        new("slice of leading", [[5, 4]], x => x[0].Slice(0, 1, 3)),
        new("embed", [[3, 2, 4]], x => new Node(new EmbedOp(1, 2, 5), x[0])),
        new("concatenate", [[3, 5, 4], [3, 1, 4], [3, 2, 4]], x => Concatenation.Concatenate(1, x)),
        new("concatenate of channels", [[2, 3, 4], [2, 3, 1]], x => Concatenation.Concatenate(2, x)),
        new("sum of all", [[3, 4, 5]], x => x[0].Sum()),
        new("sum of leading", [[33, 4, 5]], x => x[0].SumRange(0, 2)),
        new("sum of middle", [[3, 4, 5]], x => x[0].SumRange(1, 1)),
        new("sum of trailing", [[3, 4, 5]], x => x[0].SumRange(2, 1)),
        new("sum of separate dimensions", [[3, 4, 5]], x => x[0].Sum(0, -1)),
        new("mean of height and width", [[2, 3, 4, 5]], x => x[0].Mean(1, 2)),
        new("maximum of all", [[3, 4, 5]], x => x[0].Max()),
        new("maximum of leading and trailing", [[3, 4, 5]], x => x[0].Max(0, 2)),
        new("minimum of middle", [[3, 4, 5]], x => x[0].Min(1)),
        new("parts", [[2, 6, 5, 3]], x => x[0][.., 1..^1, ^2, TensorIndex.Every(-2)]),
        new("parts of leading", [[7, 3]], x => x[0][TensorIndex.Every(2)]),
        new("selection by a comparison", [[5, 7], [7]], x => x[0].GreaterThan(x[1]).Where(x[0].Square(), 3 * x[1])),
        new("selection by equality", [[5, 7], [5, 7]], x => x[0].Mask(x[1].Round().EqualTo(0)) + x[0].Mask(x[1].Round().NotEqualTo(0)) * 2) { Constants = [1] },
        new("selection by a range", [[37]], x => x[0] * (x[0] >= -0.5) * (x[0] <= 0.5)),
        new("sum along the innermost", [[3, 4, 5]], x => x[0].SumAlong(-1)),
        new("matmul", [[5, 7], [7, 3]], x => x[0].MatMul(x[1])),
        new("matmul, left transposed", [[7, 5], [7, 3]], x => x[0].MatMul(x[1], transposeLeft: true)),
        new("matmul, right transposed", [[5, 7], [3, 7]], x => x[0].MatMul(x[1], transposeRight: true)),
        new("matmul, both transposed", [[7, 5], [3, 7]], x => x[0].MatMul(x[1], transposeLeft: true, transposeRight: true)),
        new("softmax", [[3, 10]], x => x[0].Softmax()),
        new("log softmax", [[3, 10]], x => x[0].LogSoftmax()),
        new("one-hot cross-entropy", [[4, 3], [4]], x => x[1].OneHot(3) * x[0].LogSoftmax()) { Constants = [1] },
        new("cross-entropy of classes and its gradient", [[4, 3], [4]], x => CrossentropyHead(x[0], x[1].OneHot(3))) { Constants = [1] },
        new("cross-entropy of probabilities and its gradient", [[5, 17], [5, 17]], x => CrossentropyHead(x[0], x[1])) { Constants = [1] },
        new("random numbers", [[3, 4], [10]], x => x[0] * new Node(new RandomUniformOp([3, 4], 5), x[1])) { Constants = [1] },
        new("random numbers by sample", [[3, 7], [10]], x => x[0] * new Node(new RandomUniformOp([3, 7], 5) { ValuesPerSample = 7 }, x[1])) { Constants = [1] },
        .. Convolutions(),
        .. DepthwiseConvolutions(),
        .. TransposedConvolutions(),
        .. Pooling(),
        new("pad", [[2, 3, 2, 3]], x => x[0].Pad(1, 2, 0, 3)),
        new("crop", [[2, 5, 6, 3]], x => new Node(new CropOp(1, 2, 0, 3), x[0])),
        .. ImageSampling(),
        .. SeparableFilters(),
        .. Colors(),
        .. Resampling(),
        new("changes of colors", [[16, 5, 4, 3]], x => new Node(new PhotometricOp(-3, 3), x[0], KindsAndAmounts())) { Constants = [0],
            Domain = x => Math.Tanh(x) * 3 },
        new("changes of gray images", [[16, 3, 9, 1]], x => new Node(new PhotometricOp(-3, 3), x[0], KindsAndAmounts()))
        {
            Constants = [0],
            Domain = x => Math.Tanh(x) * 3,
        },
        new("changes of colors of images with long rows, in place", [[16, 7, 31, 3]], x => new Node(new PhotometricOp(-3, 3), 0.9f * x[0], KindsAndAmounts()))
        {
            Constants = [0],
            Domain = x => Math.Tanh(x) * 3,
        },
        new("changes of gray images with long rows", [[16, 5, 37, 1]], x => new Node(new PhotometricOp(-3, 3), x[0], KindsAndAmounts()))
        {
            Constants = [0],
            Domain = x => Math.Tanh(x) * 3,
        },
        new("rows normalized", [[3, 2, 4, 5]], x => x[0].NormalizeRows(1, 1e-3f)),
        new("rows of several dimensions normalized", [[2, 3, 37]], x => x[0].NormalizeRows(2, 0.1f)),
        new("rows of one value normalized", [[3, 1]], x => x[0].NormalizeRows(1, 1)),
        new("batch normalization", [[3, 2, 4, 5], [5], [5]], x => x[0].BatchNormalization(x[1], x[2], 1e-3f).Output),
        new("mean and variance of a batch", [[3, 2, 4, 5], [5], [5]], x => MeanAndVariance(x[0].BatchNormalization(x[1], x[2], 1e-3f))) { Constants = [1, 2] },
        new("batch normalization with its mean and variance", [[3, 2, 4, 5], [5], [5]], x => OutputAndMoments(x[0].BatchNormalization(x[1], x[2], 1e-3f))),
        new("batch normalization and relu", [[7, 37], [37], [37]], x => x[0].BatchNormalization(x[1], x[2], 0.1f).Output.Relu()),
        new("batch normalization and relu6", [[9, 3], [3], [3]], x => (20 * x[0]).BatchNormalization(5 * x[1], x[2], 1e-3f).Output.Clip(0, 6)),
        new("batch normalization, residual and relu", [[4, 3], [3], [3]], x => (x[0].Exp() + x[0].BatchNormalization(x[1], x[2], 1e-3f).Output).Relu()),
    ];

    /// <summary>The head of a classifier, which is fused in training.</summary>
    private static Node CrossentropyHead(Node logits, Node targets)
    {
        var loss = (-(targets * logits.LogSoftmax())).Sum() / 7;
        return loss + logits.Softmax() + Differentiation.Gradients(loss, [logits])[0];
    }

    private static Node MeanAndVariance((Node Output, Node Mean, Node Variance) batch) => batch.Mean.Exp() * batch.Variance;

    private static Node OutputAndMoments((Node Output, Node Mean, Node Variance) batch) => (batch.Output * batch.Variance) + batch.Mean;

    private static IEnumerable<OpCase> SeparableFilters()
    {
        foreach (var fillMode in Enum.GetValues<FillMode>())
        {
            yield return new($"separable filter, {fillMode}", [[2, 5, 4, 3], [2, 3], [2, 7]], x => x[0].SeparableFilter(x[1], x[2], fillMode))
            {
                Constants = [1, 2],
            };
            yield return new(
                $"separable filter gradient, {fillMode}", [[2, 2, 19, 2], [2, 5], [2, 1]],
                x => new Node(new SeparableFilterOp(fillMode, IsTransposed: true), x[0], x[1], x[2]))
            { Constants = [1, 2] };
        }
    }

    private static IEnumerable<OpCase> Colors()
    {
        yield return new("hue and saturation", [[3, 5, 7, 3], [3, 2]], x => new Node(new AdjustColorOp(0, 1), x[0], x[1])) { Domain = x => Math.Abs(x) + 0.5 };
        yield return new("hue and saturation of any color", [[3, 5, 7, 3], [3, 2]], x => new Node(new AdjustColorOp(-2, 9), x[0], x[1]));
        yield return new("extrema of channels", [[3, 5, 29, 3]], x => new Node(new ChannelExtremaOp(), x[0]));
        yield return new("extrema of many channels", [[2, 3, 1, 150]], x => new Node(new ChannelExtremaOp(), x[0]));
        yield return new("color matrix", [[3, 5, 7, 3], [3, 3, 3]], x => new Node(new ColorMatrixOp(), x[0], x[1])) { Constants = [1] };
        yield return new("equalized", [[3, 5, 7, 2]], x => new Node(new EqualizeOp(256), x[0])) { Domain = Byte };
        yield return new("equalized over a batch", [[3, 5, 7, 2]], x => new Node(new EqualizeOp(20, PerBatch: true), x[0])) { Domain = Byte };
        yield return new("equalized by tiles", [[2, 13, 11, 2]], x => new Node(new TileEqualizeOp(2, 3, 4), x[0])) { Domain = Byte };
        yield return new("equalized by tiles without a limit", [[2, 4, 5, 3]], x => new Node(new TileEqualizeOp(8, 2, 0), x[0])) { Domain = Byte };
        yield return new("JPEG", [[2, 13, 19, 3], [2, 1]], x => new Node(new JpegOp(), x[0], x[1])) { Domain = Byte, Constants = [1] };
        yield return new("JPEG of gray images", [[2, 9, 3, 1], [2, 1]], x => new Node(new JpegOp(), x[0], x[1])) { Domain = Byte, Constants = [1] };

        static double Byte(double x) => Math.Floor(100 + (60 * x)) + 0.25;
    }

    private static IEnumerable<OpCase> ImageSampling()
    {
        foreach (var fillMode in Enum.GetValues<FillMode>())
        {
            foreach (var interpolation in Enum.GetValues<Interpolation>())
            {
                var name = $"{fillMode}, {interpolation}";
                yield return new($"affine transform, {name}", [[3, 5, 4, 2], [3, 6]], x => x[0].AffineTransform(x[1], fillMode, interpolation, 0.7f))
                {
                    Constants = [1],
                };
                yield return new($"projective transform, {name}", [[3, 5, 4, 3], [3, 8]],
                    x => x[0].ProjectiveTransform(0.5f * x[1], (7, 3), fillMode, interpolation, 0.7f))
                { Constants = [1] };
                yield return new($"images at positions, {name}", [[2, 5, 4, 3], [2, 3, 7, 2]],
                    x => x[0].SampleAt(2 + (2 * x[1]), fillMode, interpolation, 0.7f))
                { Constants = [1] };
            }
        }

        foreach (var rule in Enum.GetValues<PositionRule>())
        {
            var gradient = new ImageSamplingGradientOp(rule, (6, 4), FillMode.Constant, Interpolation.Bilinear, IsAntialiased: true);
            Shape parameters = rule switch { PositionRule.Affine => [2, 6], PositionRule.Projective => [2, 8], _ => [2, 18, 3, 2] };
            yield return new($"image sampling gradient, {rule}", [[2, 18, 3, 1], parameters], x => new Node(gradient, x[0], x[1])) { Constants = [1] };
        }

        yield return new("antialiased transform", [[3, 9, 11, 3], [3, 8]],
            x => x[0].ProjectiveTransform(2 * x[1], (3, 4), FillMode.Mirror, Interpolation.Bilinear, antialias: true))
        { Constants = [1] };
        yield return new("flips and shifts", [[4, 7, 5, 3], [4, 6]],
            x => x[0].AffineTransform(x[1].Sign() * FlipsAndShifts(), FillMode.Reflect, Interpolation.Bilinear))
        { Constants = [1] };
        yield return new("flips and shifts to the nearest pixel", [[4, 7, 5, 4], [4, 6]],
            x => x[0].AffineTransform(x[1].Sign() * FlipsAndShifts(), FillMode.Constant, Interpolation.Nearest, 0.7f))
        { Constants = [1] };
        yield return new("many channels at positions", [[1, 5, 4, 9], [1, 3, 7, 2]],
            x => x[0].SampleAt(2 + (2 * x[1]), FillMode.Reflect, Interpolation.Bilinear))
        { Constants = [1] };

        foreach (var fillMode in (FillMode[])[FillMode.Reflect, FillMode.Constant])
        {
            foreach (var interpolation in Enum.GetValues<Interpolation>())
            {
                yield return new($"affine transform of wide images, {fillMode}, {interpolation}", [[2, 3, 70, 3], [2, 6]],
                    x => x[0].AffineTransform(Identity() + (0.1f * x[1]), fillMode, interpolation, 0.7f))
                { Constants = [1] };
            }
        }

        foreach (var fillMode in Enum.GetValues<FillMode>())
        {
            foreach (var channels in (int[])[1, 3, 6])
                yield return new($"zooms and shifts, {fillMode}, {channels} channels", [[3, 9, 23, channels], [3, 6]],
                    x => x[0].AffineTransform(FlipsAndShifts() * (1 + x[1]), fillMode, Interpolation.Bilinear, 0.7f))
                { Constants = [1] };
        }

        yield return new("flips and shifts of wide images", [[4, 3, 41, 3], [4, 6]],
            x => x[0].AffineTransform(x[1].Sign() * FlipsAndShifts(), FillMode.Reflect, Interpolation.Nearest))
        { Constants = [1] };
        yield return new("unchanged images", [[2, 19, 5, 3], [2, 6]],
            x => x[0].AffineTransform(Identity() + (0 * x[1]), FillMode.Reflect, Interpolation.Bilinear))
        { Constants = [1] };

        static Node Identity() => Arithmetic.Constant(0).Reshape([1]).OneHot(6) + Arithmetic.Constant(4).Reshape([1]).OneHot(6);

        // a and e are ±1, b and d are 0, c and f are whole.
        static Node FlipsAndShifts() => Arithmetic.Constant(0).Reshape([1]).OneHot(6) + (3 * Arithmetic.Constant(2).Reshape([1]).OneHot(6))
            + Arithmetic.Constant(4).Reshape([1]).OneHot(6) + (2 * Arithmetic.Constant(5).Reshape([1]).OneHot(6));
    }

    private static IEnumerable<OpCase> Resampling()
    {
        var given = new ResampleOp(
            AxisSampling.Of(new AxisTaps(5, [(3, [1]), (0, [0.25, 0.5, 0.25]), (0, []), (4, [2])])),
            AxisSampling.Of(new AxisTaps(4, [(2, [0.5, -0.5]), (0, []), (0, [1])])));
        yield return new("resampling with given taps, out of order and without inputs", [[2, 5, 4, 3]], x => new Node(given, x[0]));
        yield return new("transposed resampling with given taps", [[2, 4, 3, 3]], x => new Node(given with { IsTransposed = true }, x[0]));
        foreach (var rule in Enum.GetValues<SamplingRule>().Except([SamplingRule.Given]))
        {
            foreach (var (height, width) in new[] { (7, 9), (2, 3), (1, 1), (4, 8) })
            {
                var sampling = new ResampleOp(new AxisSampling(rule, 5, height), new AxisSampling(rule, 4, width));
                yield return new($"resampling to ({height}, {width}), {rule}", [[2, 5, 4, 3]], x => new Node(sampling, x[0]));
                yield return new(
                    $"transposed resampling from ({height}, {width}), {rule}", [[2, sampling.Rows.Outputs, sampling.Columns.Outputs, 3]],
                    x => new Node(sampling with { IsTransposed = true }, x[0]));
            }

            var row = new ResampleOp(new AxisSampling(rule, 1, 3), new AxisSampling(rule, 13, 7));
            yield return new($"resampling of a row of 37 channels, {rule}", [[1, 1, 13, 37]], x => new Node(row, x[0]));
        }

        foreach (var (name, size) in new (string, Size2D)[] { ("", (3, 2)), (" of equal bins", (2, 5)), (" to more pixels", (7, 11)) })
        {
            yield return new($"adaptive average pooling{name}", [[2, 4, 5, 3]], x => x[0].AdaptiveAveragePool2D(size));
            yield return new($"adaptive max pooling{name}", [[2, 4, 5, 3]], x => x[0].AdaptiveMaxPool2D(size));
        }
    }

    private static IEnumerable<OpCase> Convolutions()
    {
        foreach (var (name, image, kernel, strides, dilation, padding, groups) in new (string, Shape, Shape, Size2D, Size2D, Padding, int)[]
        {
            ("3×3", [2, 5, 6, 3], [3, 3, 3, 4], 1, 1, Padding.Valid, 1),
            ("3×3 same", [2, 5, 4, 2], [3, 3, 2, 3], 1, 1, Padding.Same, 1),
            ("2×2 stride 2 same", [1, 5, 7, 2], [2, 2, 2, 3], 2, 1, Padding.Same, 1),
            ("1×1", [2, 3, 3, 5], [1, 1, 5, 2], 1, 1, Padding.Valid, 1),
            ("stride beyond the kernel", [1, 7, 7, 1], [2, 1, 1, 2], (3, 4), 1, Padding.Valid, 1),
            ("dilated", [1, 7, 9, 2], [3, 2, 2, 2], 1, (2, 3), Padding.Valid, 1),
            ("dilated same", [1, 6, 5, 1], [3, 3, 1, 2], 1, 2, Padding.Same, 1),
            ("one pixel", [1, 1, 1, 1], [1, 1, 1, 1], 1, 1, Padding.Same, 1),
            ("in groups", [2, 5, 4, 6], [3, 2, 3, 4], 1, 1, Padding.Same, 2),
            ("in groups, stride beyond the kernel", [1, 7, 6, 9], [1, 2, 3, 6], (2, 3), 1, Padding.Valid, 3),
            ("in groups of one channel", [2, 4, 5, 3], [2, 2, 1, 6], 1, (2, 1), Padding.Same, 3),
            ("1×1 in groups", [1, 2, 3, 4], [1, 1, 2, 2], 1, 1, Padding.Valid, 2),
        })
        {
            yield return new($"convolution {name}", [image, kernel], x => x[0].Conv2D(x[1], strides, dilation, padding, groups));
            var window = Window2D.Create((image[1], image[2]), (kernel[0], kernel[1]), strides, dilation, padding);
            Shape output = [image[0], window.OutputHeight, window.OutputWidth, kernel[3]];
            yield return new($"convolution op {name}", [image, kernel], x => new Node(new Conv2DOp(window, groups), x[0], x[1]));
            yield return new($"input gradient {name}", [output, kernel], x => new Node(new Conv2DInputGradientOp(window, groups), x[0], x[1]));
            yield return new($"kernel gradient {name}", [image, output], x => new Node(new Conv2DKernelGradientOp(window, groups), x[0], x[1]));
        }
    }

    private static IEnumerable<OpCase> TransposedConvolutions()
    {
        foreach (var (name, kernel, strides, dilation, padding, outputPadding) in new (string, Size2D, Size2D, Size2D, Padding, Size2D?)[]
        {
            ("3×3", 3, 1, 1, Padding.Valid, null),
            ("3×3 stride 2 same", 3, 2, 1, Padding.Same, null),
            ("4×2 stride 2 same, output padding", (4, 2), 2, 1, Padding.Same, 1),
            ("stride beyond the kernel, output padding", (2, 1), (3, 4), 1, Padding.Valid, (2, 0)),
            ("dilated same", (2, 3), 1, (3, 2), Padding.Same, null),
        })
        {
            yield return new(
                $"transposed convolution {name}", [[2, 3, 4, 3], [kernel.Height, kernel.Width, 2, 3], [2]],
                x => (x[0].Conv2DTranspose(x[1], strides, dilation, padding, outputPadding) + x[2]).Relu());
        }
    }

    private static IEnumerable<OpCase> DepthwiseConvolutions()
    {
        foreach (var (name, image, kernel, strides, dilation, padding) in new (string, Shape, Shape, Size2D, Size2D, Padding)[]
        {
            ("3×3", [2, 5, 6, 3], [3, 3, 3, 1], 1, 1, Padding.Valid),
            ("3×3 same", [2, 5, 4, 18], [3, 3, 18, 1], 1, 1, Padding.Same),
            ("3×3 stride 2 same", [3, 6, 7, 5], [3, 3, 5, 1], 2, 1, Padding.Same),
            ("dilated", [1, 7, 9, 2], [3, 2, 2, 1], 1, (2, 3), Padding.Valid),
            ("of several kernels", [2, 4, 5, 3], [2, 3, 3, 2], (1, 2), 1, Padding.Same),
        })
        {
            yield return new($"depthwise convolution {name}", [image, kernel], x => x[0].DepthwiseConv2D(x[1], strides, dilation, padding));
            var window = Window2D.Create((image[1], image[2]), (kernel[0], kernel[1]), strides, dilation, padding);
            Shape output = [image[0], window.OutputHeight, window.OutputWidth, kernel[2] * kernel[3]];
            yield return new($"depthwise input gradient {name}", [output, kernel], x => new Node(new DepthwiseConv2DInputGradientOp(window), x[0], x[1]));
            yield return new(
                $"depthwise kernel gradient {name}", [image, output], x => new Node(new DepthwiseConv2DKernelGradientOp(window, kernel[3]), x[0], x[1]));
        }
    }

    private static IEnumerable<OpCase> Pooling()
    {
        foreach (var (name, image, size, strides, padding) in new (string, Shape, Size2D, Size2D, Padding)[]
        {
            ("2×2", [2, 4, 6, 3], 2, 2, Padding.Valid),
            ("2×2 with a remainder", [1, 5, 5, 2], 2, 2, Padding.Valid),
            ("3×3 overlapping same", [1, 5, 4, 2], 3, 2, Padding.Same),
            ("2×3 stride 1 same", [1, 4, 4, 17], (2, 3), 1, Padding.Same),
            ("stride beyond the window", [1, 7, 7, 1], 2, 3, Padding.Valid),
        })
        {
            var window = Window2D.Create((image[1], image[2]), size, strides, (1, 1), padding);
            Shape output = [image[0], window.OutputHeight, window.OutputWidth, image[3]];
            yield return new($"max pooling {name}", [image], x => x[0].MaxPool2D(size, strides, padding));
            yield return new($"average pooling {name}", [image], x => x[0].AveragePool2D(size, strides, padding));
            yield return new($"max pooling gradient {name}", [image, output], x => new Node(new MaxPool2DGradientOp(window), x[0], x[1])) { Constants = [0] };
            yield return new($"max pooling gather {name}", [image, image], x => new Node(new MaxPool2DGatherOp(window), x[0], x[1])) { Constants = [0] };
            yield return new($"average pooling gradient {name}", [output], x => new Node(new AveragePool2DGradientOp(window), x[0]));
        }
    }

    private static Node KindsAndAmounts() => new Node(new VariableOp(AllKinds)).Reshape([16, 3]);

    private static double BetweenIntegers(double x) => Math.Floor(x) + 0.25 + (0.4 * (x - Math.Floor(x)));

    private static double AwayFromZero(double x) => x + (0.1 * Math.Sign(x));
}
