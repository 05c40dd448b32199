using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Pooling() =>
    [
        Construct("poolSize", () => new MaxPooling2D(0), "MaxPooling2D: poolSize must be at least 1 in both directions; received (0, 0)."),
        Construct("strides", () => new MaxPooling2D(2, (0, 1)), "MaxPooling2D: strides must be at least 1 in both directions; received (0, 1)."),
        Construct("padding", () => new MaxPooling2D(2, padding: (Padding)7), "MaxPooling2D: padding must be one of Valid, Same; received 7."),
        Connect("poolSize", () => new MaxPooling2D(2), [[1, 5, 1]],
            "MaxPooling2D: the image (1, 5) is smaller than the window (2, 2); use a smaller window or padding 'same'."),
        Connect("input", () => new MaxPooling2D(), [[784]], "MaxPooling2D: expected an image (batch, height, width, channels); received (1, 784)."),
        Construct("poolSize", () => new AveragePooling2D((2, -1)), "AveragePooling2D: poolSize must be at least 1 in both directions; received (2, -1)."),
        Construct("strides", () => new AveragePooling2D(2, (-2, 2)), "AveragePooling2D: strides must be at least 1 in both directions; received (-2, 2)."),
        Construct("padding", () => new AveragePooling2D(2, padding: (Padding)2), "AveragePooling2D: padding must be one of Valid, Same; received 2."),
        Connect("input", () => new AveragePooling2D(), [[28, 28]],
            "AveragePooling2D: expected an image (batch, height, width, channels); received (1, 28, 28)."),
        Connect("input", () => new GlobalAveragePooling2D(), [[28, 28]],
            "GlobalAveragePooling2D: expected images (None, height, width, channels); received (None, 28, 28)."),
        Connect("input", () => new GlobalMaxPooling2D(), [[28]], "GlobalMaxPooling2D: expected images (None, height, width, channels); received (None, 28)."),
        Construct("poolSize", () => new MaxPooling1D(0), "MaxPooling1D: poolSize must be at least 1; received 0."),
        Construct("strides", () => new MaxPooling1D(2, -1), "MaxPooling1D: strides must be at least 1; received -1."),
        Construct("padding", () => new MaxPooling1D(2, padding: (Padding)7), "MaxPooling1D: padding must be one of Valid, Same; received 7."),
        Connect("poolSize", () => new MaxPooling1D(3), [[2, 1]],
            "MaxPooling1D: the sequence of length 2 is shorter than the window of length 3; use a smaller window or padding 'same'."),
        Connect("input", () => new MaxPooling1D(), [[8, 8, 1]], "MaxPooling1D: expected sequences (None, length, channels); received (None, 8, 8, 1)."),
        Connect("input", () => new GlobalMaxPooling1D(), [[28]], "GlobalMaxPooling1D: expected sequences (None, length, channels); received (None, 28)."),
        Construct(
            "DilationRate", () =>
            new Pooling2D(true, 2, 1, default) { DilationRate = 0 }, "Pooling2D: DilationRate must be at least 1 in both directions; received (0, 0)."),
        Connect("poolSize", () => new Pooling2D(true, 2, 1, ((3, 0), (0, 0))), [[4, 4, 1]],
            "Pooling2D: every window must cover a pixel of the image; with 4 pixels and margins of 3 and 0, a window of 2 covers none."),
        Construct(
            "outputSize", () => new AdaptiveMaxPooling2D((2, 0)), "AdaptiveMaxPooling2D: outputSize must be at least 1 in both directions; received (2, 0)."),
        Connect("input", () => new AdaptiveMaxPooling2D(2), [[28, 28]],
            "AdaptiveMaxPooling2D: expected images (None, height, width, channels); received (None, 28, 28)."),
        Connect("outputSize", () => new AdaptiveMaxPooling2D(50_000), [[4, 4, 1]],
            "AdaptiveMaxPooling2D: a tensor has at most 2147483647 elements; received (1, 50000, 50000, 1)."),
        Construct("poolSize", () => new AveragePooling1D(0), "AveragePooling1D: poolSize must be at least 1; received 0."),
        Construct("strides", () => new AveragePooling1D(2, -1), "AveragePooling1D: strides must be at least 1; received -1."),
        Construct("padding", () => new AveragePooling1D(2, padding: (Padding)7), "AveragePooling1D: padding must be one of Valid, Same; received 7."),
        Connect("poolSize", () => new AveragePooling1D(3), [[2, 1]],
            "AveragePooling1D: the sequence of length 2 is shorter than the window of length 3; use a smaller window or padding 'same'."),
        Connect("input", () => new AveragePooling1D(), [[8, 8, 1]], "AveragePooling1D: expected sequences (None, length, channels); received (None, 8, 8, 1)."),
        Connect("input", () => new GlobalAveragePooling1D(), [[28]],
            "GlobalAveragePooling1D: expected sequences (None, length, channels); received (None, 28)."),
        Construct(
            "outputSize", () =>
            new AdaptiveAveragePooling2D((2, 0)), "AdaptiveAveragePooling2D: outputSize must be at least 1 in both directions; received (2, 0)."),
        Connect("input", () => new AdaptiveAveragePooling2D(2), [[28, 28]],
            "AdaptiveAveragePooling2D: expected images (None, height, width, channels); received (None, 28, 28)."),
        Connect("outputSize", () => new AdaptiveAveragePooling2D(50_000), [[4, 4, 1]],
            "AdaptiveAveragePooling2D: a tensor has at most 2147483647 elements; received (1, 50000, 50000, 1)."),
    ];
}
