using Fovea.Engine.Ops;
using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Core() =>
    [
        Construct("indices", () => new Slice(), "Slice: indices must be given for each dimension; received none."),
        Construct("units", () => new Dense(-3), "Dense: units must be at least 1; received -3."),
        Construct("kernelInitializer", () => new Dense(3) { KernelInitializer = null! }, "Dense: KernelInitializer must be given; received null."),
        Construct("biasInitializer", () => new Dense(3) { BiasInitializer = null! }, "Dense: BiasInitializer must be given; received null."),
        Connect("units", () => new Dense(int.MaxValue), [[4]], "Dense: a tensor has at most 2147483647 elements; received (4, 2147483647)."),
        Connect("input", () => new Dense(3), [[]], "Dense: expected inputs of at least one dimension besides the batch; received (None)."),
        Connect("input", () => new Dense(3), [[4], [4]], "Dense: expected one input; received 2."),
        Connect("input", () => new Flatten(), [[4], [4]], "Flatten: expected one input; received 2."),
        Construct("shape", () => new Input(28, 0, 1), "Shape: every dimension must be at least 1; received (28, 0, 1)."),
        Construct("shape", () => new Input(65536, 65536), "Shape: a tensor has at most 2147483647 elements; received (65536, 65536)."),
        Construct(
            "targetShape", () => new Reshape(2, -1, -1), "Reshape: targetShape must be sizes of at least 1, of which one may be -1; received (2, -1, -1)."),
        Construct("shape", () => new Input((int[])null!), "Input: shape must be given; received null."),
        Construct("targetShape", () => new Reshape((int[])null!), "Reshape: targetShape must be given; received null."),
        Construct("dims", () => new Permute((int[])null!), "Permute: dims must be given; received null."),
        Construct("targetShape", () => new Reshape(0), "Reshape: targetShape must be sizes of at least 1, of which one may be -1; received (0)."),
        Connect("targetShape", () => new Reshape(5, -1), [[2, 3, 2]], "Reshape: the 12 values of (None, 2, 3, 2) do not fit into (5, -1)."),
        Construct("height", () => new ZeroPadding2D((-1, 0), (0, 0)), "ZeroPadding2D: height must be at least 0 on both sides; received (-1, 0)."),
        Construct("width", () => new ZeroPadding2D((0, 0), (0, -2)), "ZeroPadding2D: width must be at least 0 on both sides; received (0, -2)."),
        Construct("padding", () => new ZeroPadding2D((0, -3)), "ZeroPadding2D: width must be at least 0 on both sides; received (-3, -3)."),
        Connect("input", () => new ZeroPadding2D(), [[8, 8]], "ZeroPadding2D: expected an image (batch, height, width, channels); received (1, 8, 8)."),
        Construct("size", () => new UpSampling2D((2, 0)), "UpSampling2D: size must be at least 1 in both directions; received (2, 0)."),
        Construct(
            "interpolation", () => new UpSampling2D(2, (ResizeInterpolation)5),
            "UpSampling2D: interpolation must be one of Bilinear, Nearest, Bicubic, Lanczos3, Lanczos5; received 5."),
        Connect("input", () => new UpSampling2D(), [[8, 8]], "UpSampling2D: expected images (None, height, width, channels); received (None, 8, 8)."),
        Connect("size", () => new UpSampling2D(int.MaxValue), [[4, 4, 1]],
            "UpSampling2D: a tensor has at most 2147483647 elements; received (4, 2147483647, 4, 2147483647)."),
        Construct("height", () => new Cropping2D((0, -1), (0, 0)), "Cropping2D: height must be at least 0 on both sides; received (0, -1)."),
        Construct("width", () => new Cropping2D((0, 0), (-1, 0)), "Cropping2D: width must be at least 0 on both sides; received (-1, 0)."),
        Construct("cropping", () => new Cropping2D(-1), "Cropping2D: height must be at least 0 on both sides; received (-1, -1)."),
        Connect("cropping", () => new Cropping2D(2), [[4, 8, 1]],
            "Cropping2D: expected an image larger than its margins, 2 + 2 rows and 2 + 2 columns; received (1, 4, 8, 1)."),
        Connect("input", () => new Cropping2D(1), [[4]], "Cropping2D: expected an image (batch, height, width, channels); received (1, 4)."),
        Construct("dims", () => new Permute(2, 2), "Permute: dims must be each of the numbers from 1 on, once; received (2, 2)."),
        Construct("dims", () => new Permute(0, 1), "Permute: dims must be each of the numbers from 1 on, once; received (0, 1)."),
        Connect("dims", () => new Permute(2, 1), [[4]], "Permute: expected inputs of 2 dimensions besides the batch; received (None, 4)."),
        Construct("n", () => new RepeatVector(0), "RepeatVector: n must be at least 1; received 0."),
        Connect("input", () => new RepeatVector(2), [[4, 4]], "RepeatVector: expected rows (None, features); received (None, 4, 4)."),
        Construct("function", () => new Lambda(null!), "Lambda: function must be given; received null."),
        Connect("function", () => new Lambda(x => x.Sum()), [[4]], "Lambda: the output must keep the batch as its first dimension; for (1, 4) it was ()."),
    ];
}
