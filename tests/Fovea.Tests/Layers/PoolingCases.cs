namespace Fovea.Tests.Layers;

/// <summary>The rows of poolings of one dimension, of adaptive ones, and of windows, strides and images of odd sizes.</summary>
internal static class PoolingCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        .. OneDimension("MaxPooling1D", (size, strides, padding) => new MaxPooling1D(size, strides, padding)),
        new("MaxPooling1D by default", () => new MaxPooling1D(), [5, 3], [2, 3]),
        .. OneDimension("AveragePooling1D", (size, strides, padding) => new AveragePooling1D(size, strides, padding)),
        new("AveragePooling1D by default", () => new AveragePooling1D(), [5, 3], [2, 3]),
        new("GlobalAveragePooling1D", () => new GlobalAveragePooling1D(), [7, 5], [5]) { Config = """{"data_format":"channels_last","keepdims":false}""" },
        new("GlobalAveragePooling1D to a sequence", () => new GlobalAveragePooling1D(keepDimensions: true), [7, 5],
            [1, 5]) { Config = """{"data_format":"channels_last","keepdims":true}""" },
        new("GlobalMaxPooling1D", () => new GlobalMaxPooling1D(), [7, 5], [5]) { Config = """{"data_format":"channels_last","keepdims":false}""" },
        new("GlobalMaxPooling1D to a sequence", () => new GlobalMaxPooling1D(keepDimensions: true), [7, 5], [1, 5]),
        .. TwoDimensions("MaxPooling2D", (size, strides, padding) => new MaxPooling2D(size, strides, padding)),
        .. TwoDimensions("AveragePooling2D", (size, strides, padding) => new AveragePooling2D(size, strides, padding)),
        .. Adaptive("AdaptiveAveragePooling2D", size => new AdaptiveAveragePooling2D(size)),
        .. Adaptive("AdaptiveMaxPooling2D", size => new AdaptiveMaxPooling2D(size)),
    ];

    private static IEnumerable<LayerCase> OneDimension(string name, Func<int, int?, Padding, Layer> create)
    {
        yield return new(name, () => create(2, null, Padding.Valid), [7, 3], [3, 3])
        {
            Config = """{"pool_size":[2],"padding":"valid","strides":[2],"data_format":"channels_last"}""",
        };
        yield return new($"{name} strides, same", () => create(3, 2, Padding.Same), [7, 2], [4, 2])
        {
            Config = """{"pool_size":[3],"padding":"same","strides":[2],"data_format":"channels_last"}""",
        };
        yield return new($"{name} window beyond the sequence, same", () => create(5, 1, Padding.Same), [3, 1], [3, 1]);
        yield return new($"{name} stride beyond the window", () => create(2, 3, Padding.Valid), [8, 3], [3, 3]);
    }

    private static IEnumerable<LayerCase> TwoDimensions(string name, Func<Size2D, Size2D?, Padding, Layer> create)
    {
        yield return new($"{name} stride beyond the window, same", () => create((1, 2), (3, 5), Padding.Same), [7, 7, 5], [3, 2, 5]);
        yield return new($"{name} of one pixel, same", () => create(3, 2, Padding.Same), [1, 1, 17], [1, 1, 17]);
    }

    private static IEnumerable<LayerCase> Adaptive(string name, Func<Size2D, Layer> create)
    {
        yield return new(name, () => create(3), [7, 5, 2], [3, 3, 2]) { Config = """{"output_size":[3,3],"data_format":"channels_last"}""" };
        yield return new(
            $"{name} of equal bins", () => create((2, 3)), [6, 6, 3], [2, 3, 3])
        { Config = """{"output_size":[2,3],"data_format":"channels_last"}""" };
        yield return new($"{name} to one pixel", () => create(1), [5, 7, 3], [1, 1, 3]);
        yield return new($"{name} to more pixels", () => create((5, 7)), [3, 4, 2], [5, 7, 2]);
        yield return new($"{name} of one pixel", () => create((2, 3)), [1, 1, 3], [2, 3, 3]);
    }
}
