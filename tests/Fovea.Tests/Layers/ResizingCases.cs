namespace Fovea.Tests.Layers;

/// <summary>The rows of layers that change the size of images.</summary>
internal static class ResizingCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        new("UpSampling2D", () => new UpSampling2D(), [3, 2, 5],
            [6, 4, 5]) { Config = """{"size":[2,2],"data_format":"channels_last","interpolation":"nearest"}""" },
        new("UpSampling2D bilinear", () => new UpSampling2D((2, 3), ResizeInterpolation.Bilinear), [3, 2, 5],
            [6, 6, 5]) { Config = """{"size":[2,3],"data_format":"channels_last","interpolation":"bilinear"}""" },
        new("UpSampling2D by 1", () => new UpSampling2D(1), [3, 2, 5], [3, 2, 5]),
        new("UpSampling2D of one pixel", () => new UpSampling2D((3, 1), ResizeInterpolation.Bicubic), [1, 1, 1],
            [3, 1, 1]) { Config = """{"size":[3,1],"data_format":"channels_last","interpolation":"bicubic"}""" },
        new("UpSampling2D lanczos3", () => new UpSampling2D(2, ResizeInterpolation.Lanczos3), [3, 4, 2], [6, 8, 2]),
        new("Resizing", () => new Resizing(3, 5), [6, 5, 2], [3, 5, 2])
        {
            Config =
                """
                {"height":3,"width":5,"interpolation":"bilinear","crop_to_aspect_ratio":false,"pad_to_aspect_ratio":false,"fill_mode":"constant",
                 "fill_value":0,"antialias":false,"data_format":"channels_last"}
                """,
        },
        new("Resizing with a crop", () => new Resizing(7, 3, ResizeInterpolation.Nearest) { CropToAspectRatio = true }, [6, 5, 2], [7, 3, 2])
        {
            Config =
                """
                {"height":7,"width":3,"interpolation":"nearest","crop_to_aspect_ratio":true,"pad_to_aspect_ratio":false,"fill_mode":"constant",
                 "fill_value":0,"antialias":false,"data_format":"channels_last"}
                """,
        },
        new("Resizing with margins", () => new Resizing(7, 3, ResizeInterpolation.Bicubic) { PadToAspectRatio = true, FillValue = 0.5f }, [6, 5, 2], [7, 3, 2])
        {
            Config =
                """
                {"height":7,"width":3,"interpolation":"bicubic","crop_to_aspect_ratio":false,"pad_to_aspect_ratio":true,"fill_mode":"constant",
                 "fill_value":0.5,"antialias":false,"data_format":"channels_last"}
                """,
        },
        new("Resizing with antialiasing", () => new Resizing(3, 7, ResizeInterpolation.Bicubic) { Antialias = true }, [8, 5, 2], [3, 7, 2])
        {
            Config =
                """
                {"height":3,"width":7,"interpolation":"bicubic","crop_to_aspect_ratio":false,"pad_to_aspect_ratio":false,"fill_mode":"constant",
                 "fill_value":0,"antialias":true,"data_format":"channels_last"}
                """,
        },
        new("Resizing of one pixel", () => new Resizing(3, 2, ResizeInterpolation.Lanczos3), [1, 1, 3], [3, 2, 3]),
        new("CenterCrop", () => new CenterCrop(3, 2), [6, 5, 2], [3, 2, 2]) { Config = """{"height":3,"width":2,"data_format":"channels_last"}""" },
        new("CenterCrop of a smaller image", () => new CenterCrop(8, 3), [6, 5, 2], [8, 3, 2]),
        new("RandomCrop", () => new RandomCrop(4, 3), [6, 5, 2], [4, 3, 2]) { Config = """{"height":4,"width":3,"seed":null,"data_format":"channels_last"}""",
            IsRandom = true },
        new("RandomCrop per batch", () => new RandomCrop(4, 3) { PerBatch = true }, [6, 5, 2], [4, 3, 2])
        {
            Config = """{"height":4,"width":3,"seed":null,"data_format":"channels_last","fovea_per_batch":true}""", IsRandom = true,
        },
        new("RandomCrop of a smaller image", () => new RandomCrop(8, 3), [6, 5, 2], [8, 3, 2]),
        new("UpSampling2D lanczos5", () => new UpSampling2D(3, ResizeInterpolation.Lanczos5), [3, 2, 2], [9, 6, 2]),
    ];
}
