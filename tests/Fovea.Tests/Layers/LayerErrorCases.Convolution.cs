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
        Construct("dilationRate", () => new Conv2D(1, 3) { DilationRate = (0, 1) }, "Conv2D: DilationRate must be at least 1 in both directions; received (0, 1)."),
        Connect("dilationRate", () => new Conv2D(1, 3) { DilationRate = int.MaxValue }, [[4, 4, 1]], "Conv2D: the image (4, 4) is smaller than the window (4294967295, 4294967295); use a smaller window or padding 'same'."),
        Construct("groups", () => new Conv2D(1, 3) { Groups = 0 }, "Conv2D: Groups must be at least 1; received 0."),
        Construct("groups", () => new Conv2D(5, 3) { Groups = 2 }, "Conv2D: filters must be divisible by groups; received 5 filters and 2 groups."),
        Connect("groups", () => new Conv2D(4, 3) { Groups = 2 }, [[8, 8, 3]], "Conv2D: channels must be divisible by groups; received 3 channels and 2 groups."),
        Construct("kernelInitializer", () => new Conv2D(1, 3) { KernelInitializer = null! }, "Conv2D: KernelInitializer must be given; received null."),
        Construct("biasInitializer", () => new Conv2D(1, 3) { BiasInitializer = null! }, "Conv2D: BiasInitializer must be given; received null."),
        Connect("input", () => new Conv2D(8, 3), [[784]], "Conv2D: expected images (None, height, width, channels); received (None, 784)."),
        Connect("kernelSize", () => new Conv2D(8, 3), [[2, 2, 1]], "Conv2D: the image (2, 2) is smaller than the window (3, 3); use a smaller window or padding 'same'."),
        Connect("kernelSize", () => new Conv2D(8, 50_000), [[2, 2, 1]], "Conv2D: a tensor has at most 2147483647 elements; received (50000, 50000, 1, 8)."),
        Connect("input", () => new Conv2D(8, 3), [[8, 8, 1], [8, 8, 1]], "Conv2D: expected one input; received 2."),
        Construct("kernelSize", () => new DepthwiseConv2D(0), "DepthwiseConv2D: kernelSize must be at least 1 in both directions; received (0, 0)."),
        Construct("strides", () => new DepthwiseConv2D(3, (1, -2)), "DepthwiseConv2D: strides must be at least 1 in both directions; received (1, -2)."),
        Construct("padding", () => new DepthwiseConv2D(3, padding: (Padding)(-1)), "DepthwiseConv2D: padding must be one of Valid, Same; received -1."),
        Construct("depthMultiplier", () => new DepthwiseConv2D(3) { DepthMultiplier = 0 }, "DepthwiseConv2D: DepthMultiplier must be at least 1; received 0."),
        Construct("dilationRate", () => new DepthwiseConv2D(3) { DilationRate = 0 }, "DepthwiseConv2D: DilationRate must be at least 1 in both directions; received (0, 0)."),
        Construct("depthwiseInitializer", () => new DepthwiseConv2D(3) { DepthwiseInitializer = null! }, "DepthwiseConv2D: DepthwiseInitializer must be given; received null."),
        Construct("biasInitializer", () => new DepthwiseConv2D(3) { BiasInitializer = null! }, "DepthwiseConv2D: BiasInitializer must be given; received null."),
        Connect("input", () => new DepthwiseConv2D(3), [[8, 8]], "DepthwiseConv2D: expected images (None, height, width, channels); received (None, 8, 8)."),
    ];
}
