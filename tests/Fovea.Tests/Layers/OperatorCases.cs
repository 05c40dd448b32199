namespace Fovea.Tests.Layers;

/// <summary>The rows of layers for operators of ONNX and TFLite that Keras does not have.</summary>
internal static class OperatorCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        new("Elementwise", () => new Elementwise("erf"), [5, 3], [5, 3]) { Config = """{"function":"erf","first":"0","second":"0"}""" },
        new("Elementwise clip", () => new Elementwise("clip", -0.5f, float.PositiveInfinity), [4, 3, 2],
            [4, 3, 2]) { Config = """{"function":"clip","first":"-0.5","second":"Infinity"}""" },
        new("Elementwise sine", () => new Elementwise("sin"), [4, 3, 2], [4, 3, 2]),
        new("Elementwise absolute", () => new Elementwise("abs"), [7], [7]),
        new("Combination", () => new Combination("subtract"), [5], [5]) { Config = """{"function":"subtract","constant_shape":null,"constant_first":false}""",
            Inputs = 2 },
        new("Combination with constants", () => new Combination("divide", [3, 2]), [4, 3, 2], [4, 3, 2],
            6) { Config = """{"function":"divide","constant_shape":[3,2],"constant_first":false}""", IsFixed = true },
        new("Combination with more constants", () => new Combination("maximum", [2, 3], constantFirst: true), [1, 3], [2, 3], 6) { IsFixed = true },
        new("Combination of a mask", () => new Combination("mask"), [4, 3, 2], [4, 3, 2]) { Inputs = 2 },
        new("Pooling2D", () => new Pooling2D(true, 3, 2, ((1, 1), (1, 1))), [6, 5, 2], [3, 3, 2])
        {
            Config = """{"function":"max","pool_size":[3,3],"strides":[2,2],"dilation_rate":[1,1],"padding":[[1,1],[1,1]],"data_format":"channels_last"}""",
        },
        new("Pooling2D of means", () => new Pooling2D(false, 3, 1, ((1, 1), (0, 2))), [6, 5, 2], [6, 5, 2]),
        new("Pooling2D dilated", () => new Pooling2D(true, (2, 3), (1, 2), ((1, 0), (2, 2))) { DilationRate = (3, 2) }, [6, 5, 2], [4, 3, 2]),
        new("Resampling2D", () => new Resampling2D(Axis(7, 1.5f), Axis(4, 0.8f)), [5, 5, 2], [7, 4, 2]),
        new("Resampling2D of a part",
            () => new Resampling2D(
            Axis(7, 1.4f) with { Coordinates = "tf_crop_and_resize", Start = -0.2f, End = 1.2f }, Axis(3, 0.6f) with { Coordinates = "tf_crop_and_resize" }, 2),
            [5, 5, 2], [7, 3, 2]),
        new("Selection", () => new Selection(2, [3, 0, 0, 2]), [5, 4, 2], [5, 4, 2]) { Config = """{"axis":2,"indices":[3,0,0,2]}""" },
        new("Selection of channels", () => new Selection(3, [2, 1, 0]), [5, 4, 3], [5, 4, 3]),
        new("Reduction", () => new Reduction("l2", [1, 3], false), [5, 4, 3], [4]) { Config = """{"function":"l2","axes":[1,3],"keepdims":false}""" },
        new("Reduction to a maximum", () => new Reduction("max", [3], true), [5, 4, 3], [5, 4, 1]),
        new("Reduction of exponentials", () => new Reduction("log_sum_exp", [2], false), [5, 4], [5]),
        new("BorderPadding2D", () => new BorderPadding2D(-1.5f, ((1, 0), (0, 2))), [3, 4, 2],
            [4, 6, 2]) { Config = """{"value":-1.5,"padding":[[1,0],[0,2]],"data_format":"channels_last"}""" },
        new("LocalResponseNormalization", () => new LocalResponseNormalization(3, 0.5f), [4, 3, 5],
            [4, 3, 5]) { Config = """{"size":3,"alpha":0.5,"beta":0.75,"bias":1}""" },
    ];

    private static AxisResize Axis(int length, float scale) => new(length, scale, ResizeMode.Cubic, "half_pixel");
}
