using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Convolution() =>
    [
        Construct("filters", () => new Conv2D(0, 3), "Conv2D: filters must be at least 1; received 0."),
        Construct("kernelSize", () => new Conv2D(1, (3, -1)), "Conv2D: kernelSize must be at least 1 in both directions; received (3, -1)."),
        Construct("strides", () => new Conv2D(1, 3, 0), "Conv2D: strides must be at least 1 in both directions; received (0, 0)."),
        Construct("padding", () => new Conv2D(1, 3, padding: (Padding)7), "Conv2D: padding must be one of Valid, Same; received 7."),
        Construct(
            "dilationRate", () => new Conv2D(1, 3) { DilationRate = (0, 1) }, "Conv2D: DilationRate must be at least 1 in both directions; received (0, 1)."),
        Connect("dilationRate", () => new Conv2D(1, 3) { DilationRate = int.MaxValue }, [[4, 4, 1]],
            "Conv2D: the image (4, 4) is smaller than the window (4294967295, 4294967295); use a smaller window or padding 'same'."),
        Construct("groups", () => new Conv2D(1, 3) { Groups = 0 }, "Conv2D: Groups must be at least 1; received 0."),
        Construct("groups", () => new Conv2D(5, 3) { Groups = 2 }, "Conv2D: filters must be divisible by groups; received 5 filters and 2 groups."),
        Connect("groups", () => new Conv2D(4, 3) { Groups = 2 }, [[8, 8, 3]],
            "Conv2D: channels must be divisible by groups; received 3 channels and 2 groups."),
        Construct("kernelInitializer", () => new Conv2D(1, 3) { KernelInitializer = null! }, "Conv2D: KernelInitializer must be given; received null."),
        Construct("biasInitializer", () => new Conv2D(1, 3) { BiasInitializer = null! }, "Conv2D: BiasInitializer must be given; received null."),
        Connect("input", () => new Conv2D(8, 3), [[784]], "Conv2D: expected images (None, height, width, channels); received (None, 784)."),
        Connect("kernelSize", () => new Conv2D(8, 3), [[2, 2, 1]],
            "Conv2D: the image (2, 2) is smaller than the window (3, 3); use a smaller window or padding 'same'."),
        Connect("kernelSize", () => new Conv2D(8, 50_000), [[2, 2, 1]], "Conv2D: a tensor has at most 2147483647 elements; received (50000, 50000, 1, 8)."),
        Connect("input", () => new Conv2D(8, 3), [[8, 8, 1], [8, 8, 1]], "Conv2D: expected one input; received 2."),
        Construct("kernelSize", () => new DepthwiseConv2D(0), "DepthwiseConv2D: kernelSize must be at least 1 in both directions; received (0, 0)."),
        Construct("strides", () => new DepthwiseConv2D(3, (1, -2)), "DepthwiseConv2D: strides must be at least 1 in both directions; received (1, -2)."),
        Construct("padding", () => new DepthwiseConv2D(3, padding: (Padding)(-1)), "DepthwiseConv2D: padding must be one of Valid, Same; received -1."),
        Construct("depthMultiplier", () => new DepthwiseConv2D(3) { DepthMultiplier = 0 }, "DepthwiseConv2D: DepthMultiplier must be at least 1; received 0."),
        Construct(
            "dilationRate", () =>
            new DepthwiseConv2D(3) { DilationRate = 0 }, "DepthwiseConv2D: DilationRate must be at least 1 in both directions; received (0, 0)."),
        Construct(
            "depthwiseInitializer", () =>
            new DepthwiseConv2D(3) { DepthwiseInitializer = null! }, "DepthwiseConv2D: DepthwiseInitializer must be given; received null."),
        Construct(
            "biasInitializer", () => new DepthwiseConv2D(3) { BiasInitializer = null! }, "DepthwiseConv2D: BiasInitializer must be given; received null."),
        Connect("input", () => new DepthwiseConv2D(3), [[8, 8]], "DepthwiseConv2D: expected images (None, height, width, channels); received (None, 8, 8)."),
        Construct("filters", () => new Conv1D(0, 3), "Conv1D: filters must be at least 1; received 0."),
        Construct("kernelSize", () => new Conv1D(1, 0), "Conv1D: kernelSize must be at least 1; received 0."),
        Construct("strides", () => new Conv1D(1, 3, -1), "Conv1D: strides must be at least 1; received -1."),
        Construct("dilationRate", () => new Conv1D(1, 3) { DilationRate = 0 }, "Conv1D: DilationRate must be at least 1; received 0."),
        Connect("input", () => new Conv1D(1, 3), [[8, 8, 1]], "Conv1D: expected sequences (None, length, channels); received (None, 8, 8, 1)."),
        Connect("kernelSize", () => new Conv1D(1, 3), [[2, 1]],
            "Conv1D: the sequence of length 2 is shorter than the window of length 3; use a smaller window or padding 'same'."),
        Construct("padding", () => new Conv1D(1, 3, padding: (Padding)2), "Conv1D: padding must be one of Valid, Same; received 2."),
        Construct("biasInitializer", () => new Conv1D(1, 3) { BiasInitializer = null! }, "Conv1D: BiasInitializer must be given; received null."),
        Construct("kernelInitializer", () => new Conv1D(1, 3) { KernelInitializer = null! }, "Conv1D: KernelInitializer must be given; received null."),
        Construct("groups", () => new Conv1D(1, 3) { Groups = -1 }, "Conv1D: Groups must be at least 1; received -1."),
        Construct("groups", () => new Conv1D(5, 3) { Groups = 2 }, "Conv1D: filters must be divisible by groups; received 5 filters and 2 groups."),
        Connect("groups", () => new Conv1D(4, 3) { Groups = 2 }, [[8, 3]], "Conv1D: channels must be divisible by groups; received 3 channels and 2 groups."),
        Construct("kernelSize", () => new DepthwiseConv1D(0), "DepthwiseConv1D: kernelSize must be at least 1; received 0."),
        Construct("strides", () => new DepthwiseConv1D(3, -1), "DepthwiseConv1D: strides must be at least 1; received -1."),
        Construct("dilationRate", () => new DepthwiseConv1D(3) { DilationRate = 0 }, "DepthwiseConv1D: DilationRate must be at least 1; received 0."),
        Connect("input", () => new DepthwiseConv1D(3), [[8, 8, 1]], "DepthwiseConv1D: expected sequences (None, length, channels); received (None, 8, 8, 1)."),
        Connect("kernelSize", () => new DepthwiseConv1D(3), [[2, 1]],
            "DepthwiseConv1D: the sequence of length 2 is shorter than the window of length 3; use a smaller window or padding 'same'."),
        Construct("padding", () => new DepthwiseConv1D(3, padding: (Padding)2), "DepthwiseConv1D: padding must be one of Valid, Same; received 2."),
        Construct(
            "biasInitializer", () => new DepthwiseConv1D(3) { BiasInitializer = null! }, "DepthwiseConv1D: BiasInitializer must be given; received null."),
        Construct(
            "depthwiseInitializer", () =>
            new DepthwiseConv1D(3) { DepthwiseInitializer = null! }, "DepthwiseConv1D: DepthwiseInitializer must be given; received null."),
        Construct("depthMultiplier", () => new DepthwiseConv1D(3) { DepthMultiplier = 0 }, "DepthwiseConv1D: DepthMultiplier must be at least 1; received 0."),
        Construct("filters", () => new SeparableConv1D(0, 3), "SeparableConv1D: filters must be at least 1; received 0."),
        Construct("kernelSize", () => new SeparableConv1D(1, 0), "SeparableConv1D: kernelSize must be at least 1; received 0."),
        Construct("strides", () => new SeparableConv1D(1, 3, -1), "SeparableConv1D: strides must be at least 1; received -1."),
        Construct("dilationRate", () => new SeparableConv1D(1, 3) { DilationRate = 0 }, "SeparableConv1D: DilationRate must be at least 1; received 0."),
        Connect("input", () => new SeparableConv1D(1, 3), [[8, 8, 1]],
            "SeparableConv1D: expected sequences (None, length, channels); received (None, 8, 8, 1)."),
        Connect("kernelSize", () => new SeparableConv1D(1, 3), [[2, 1]],
            "SeparableConv1D: the sequence of length 2 is shorter than the window of length 3; use a smaller window or padding 'same'."),
        Construct("padding", () => new SeparableConv1D(1, 3, padding: (Padding)2), "SeparableConv1D: padding must be one of Valid, Same; received 2."),
        Construct(
            "biasInitializer", () => new SeparableConv1D(1, 3) { BiasInitializer = null! }, "SeparableConv1D: BiasInitializer must be given; received null."),
        Construct(
            "depthwiseInitializer", () =>
            new SeparableConv1D(1, 3) { DepthwiseInitializer = null! }, "SeparableConv1D: DepthwiseInitializer must be given; received null."),
        Construct(
            "pointwiseInitializer", () =>
            new SeparableConv1D(1, 3) { PointwiseInitializer = null! }, "SeparableConv1D: PointwiseInitializer must be given; received null."),
        Construct(
            "depthMultiplier", () => new SeparableConv1D(1, 3) { DepthMultiplier = 0 }, "SeparableConv1D: DepthMultiplier must be at least 1; received 0."),
        Construct("filters", () => new SeparableConv2D(0, 3), "SeparableConv2D: filters must be at least 1; received 0."),
        Construct("kernelSize", () => new SeparableConv2D(1, (0, 1)), "SeparableConv2D: kernelSize must be at least 1 in both directions; received (0, 1)."),
        Construct("strides", () => new SeparableConv2D(1, 3, (1, -2)), "SeparableConv2D: strides must be at least 1 in both directions; received (1, -2)."),
        Construct(
            "dilationRate", () =>
            new SeparableConv2D(1, 3) { DilationRate = 0 }, "SeparableConv2D: DilationRate must be at least 1 in both directions; received (0, 0)."),
        Connect("input", () => new SeparableConv2D(1, 3), [[8, 8]], "SeparableConv2D: expected images (None, height, width, channels); received (None, 8, 8)."),
        Construct("padding", () => new SeparableConv2D(1, 3, padding: (Padding)2), "SeparableConv2D: padding must be one of Valid, Same; received 2."),
        Construct(
            "biasInitializer", () => new SeparableConv2D(1, 3) { BiasInitializer = null! }, "SeparableConv2D: BiasInitializer must be given; received null."),
        Construct(
            "depthwiseInitializer", () =>
            new SeparableConv2D(1, 3) { DepthwiseInitializer = null! }, "SeparableConv2D: DepthwiseInitializer must be given; received null."),
        Construct(
            "pointwiseInitializer", () =>
            new SeparableConv2D(1, 3) { PointwiseInitializer = null! }, "SeparableConv2D: PointwiseInitializer must be given; received null."),
        Construct(
            "depthMultiplier", () => new SeparableConv2D(1, 3) { DepthMultiplier = 0 }, "SeparableConv2D: DepthMultiplier must be at least 1; received 0."),
        Construct("filters", () => new Conv2DTranspose(0, 3), "Conv2DTranspose: filters must be at least 1; received 0."),
        Construct("kernelSize", () => new Conv2DTranspose(1, (0, 1)), "Conv2DTranspose: kernelSize must be at least 1 in both directions; received (0, 1)."),
        Construct("strides", () => new Conv2DTranspose(1, 3, (1, -2)), "Conv2DTranspose: strides must be at least 1 in both directions; received (1, -2)."),
        Construct(
            "dilationRate", () =>
            new Conv2DTranspose(1, 3) { DilationRate = 0 }, "Conv2DTranspose: DilationRate must be at least 1 in both directions; received (0, 0)."),
        Connect("input", () => new Conv2DTranspose(1, 3), [[8, 8]], "Conv2DTranspose: expected images (None, height, width, channels); received (None, 8, 8)."),
        Construct("padding", () => new Conv2DTranspose(1, 3, padding: (Padding)2), "Conv2DTranspose: padding must be one of Valid, Same; received 2."),
        Construct(
            "biasInitializer", () => new Conv2DTranspose(1, 3) { BiasInitializer = null! }, "Conv2DTranspose: BiasInitializer must be given; received null."),
        Construct(
            "kernelInitializer", () =>
            new Conv2DTranspose(1, 3) { KernelInitializer = null! }, "Conv2DTranspose: KernelInitializer must be given; received null."),
        Construct(
            "outputPadding", () => new Conv2DTranspose(1, 3, 2) { OutputPadding = 2 },
            "Conv2DTranspose: OutputPadding must be at least 0 and less than the strides (2, 2); received (2, 2)."),
        Construct(
            "outputPadding", () => new Conv2DTranspose(1, 3, 2) { OutputPadding = (0, -1) },
            "Conv2DTranspose: OutputPadding must be at least 0 and less than the strides (2, 2); received (0, -1)."),
        Connect("outputPadding", () => new Conv2DTranspose(1, 2, 2, Padding.Same) { OutputPadding = 0 }, [[1, 3, 1]],
            "Conv2DTranspose: nothing is left of the output of an image (1, 3) with padding 'same' and output padding (0, 0); use a larger one or none."),
        Connect("strides", () => new Conv2DTranspose(1, 3, int.MaxValue), [[4, 4, 1]],
            "Conv2DTranspose: the output of an image (4, 4) would have 8589934588 rows and 8589934588 columns."),
        Connect("strides", () => new Conv2DTranspose(1, 3, 50_000), [[4, 4, 1]],
            "Conv2DTranspose: a tensor has at most 2147483647 elements; received (1, 200000, 200000, 1)."),
    ];
}
