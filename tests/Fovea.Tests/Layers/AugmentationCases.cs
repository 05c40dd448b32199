namespace Fovea.Tests.Layers;

/// <summary>The rows of augmentations of color and of parts of images, and of the shear.</summary>
internal static class AugmentationCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        new("RandomBrightness", () => new RandomBrightness(0.2f) { ValueRange = (-9, 9) }, [6, 5, 3],
            [6, 5, 3]) { Config = """{"factor":[-0.2,0.2],"value_range":[-9,9],"seed":null}""", IsRandom = true },
        new("RandomGrayscale", () => new RandomGrayscale(), [6, 5, 3], [6, 5, 3]) { Config = """{"data_format":"channels_last","factor":0.5}""",
            IsRandom = true },
        new("MixUp", () => new MixUp(), [6, 5, 3], [6, 5, 3]) { Config = """{"data_format":"channels_last","alpha":0.2,"seed":null}""", IsRandom = true },
        new("CutMix", () => new CutMix(), [6, 5, 3], [6, 5, 3]) { Config = """{"data_format":"channels_last","factor":[0,1],"seed":null}""", IsRandom = true },
        new("Pipeline", () => new Pipeline(new RandomFlip(FlipMode.Horizontal), new Rescaling(2)), [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"layers":[{"module":"keras.layers","class_name":"RandomFlip",
                 "config":{"seed":null,"mode":"horizontal","data_format":"channels_last","name":"random_flip"},"registered_name":null},
                 {"module":"keras.layers","class_name":"Rescaling","config":{"scale":2,"offset":0,"name":"rescaling"},"registered_name":null}]}
                """,
            IsRandom = true,
        },
        new("RandomErasing", () => new RandomErasing { ValueRange = (-1, 1) }, [8, 9, 2], [8, 9, 2])
        {
            Config = """{"data_format":"channels_last","factor":[0,1],"scale":[0.02,0.33],"fill_value":null,"value_range":[-1,1],"seed":null}""",
            IsRandom = true,
        },
        new("RandomErasing with a value", () => new RandomErasing((0.5f, 1), (0.2f, 0.3f), 0.5f), [8, 9, 3], [8, 9, 3]) { IsRandom = true },
        new("RandomShear", () => new RandomShear(0.2f, (0.1f, 0.3f)), [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"x_factor":[-0.2,0.2],"y_factor":[0.1,0.3],"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0,
                 "data_format":"channels_last"}
                """,
            IsRandom = true,
        },
        new("RandomShear of rows", () => new RandomShear((0.5f, 1), interpolation: Interpolation.Nearest, fillMode: FillMode.Wrap), [6, 5, 3],
            [6, 5, 3]) { IsRandom = true },
        new("RandomGeometry", () => new RandomGeometry(), [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"size":null,"flip":"horizontal","rotation":[-10,10],"scale":[0.8,1],"p_affine":0.75,"ratio":[1,1],"shear":[0,0],"translation":[0,0],"warp":[0,0],
                 "antialias":true,"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0,"data_format":"channels_last"}
                """,
            IsRandom = true,
        },
        new("RandomGeometry of another size", () => new RandomGeometry((4, 7), flip: null, 30, (0.5, 1.5), 0.9)
        {
            Ratio = (0.75, 1.5), Shear = 10, Translation = (0, 0.1), Warp = 0.2, FillMode = FillMode.Mirror, FillValue = 2,
                Interpolation = Interpolation.Bilinear,
            Antialias = false,
        }, [13, 11, 3], [4, 7, 3]) { IsRandom = true },
        new("RandomResizedCrop", () => new RandomResizedCrop((4, 6)), [13, 11, 3], [4, 6, 3])
        {
            Config =
                """
                {"size":[4,6],"scale":[0.08,1],"ratio":[0.75,1.3333334],"interpolation":"bilinear","antialias":true,"crop_fraction":1,"seed":null,
                 "data_format":"channels_last"}
                """,
            IsRandom = true,
        },
        new("RandomPerspective", () => new RandomPerspective(), [6, 5, 3], [6, 5, 3])
        {
            Config = """{"data_format":"channels_last","factor":[0,1],"scale":1,"interpolation":"bilinear","fill_value":0,"seed":null}""", IsRandom = true,
        },
        new("RandomPerspective of all images", () => new RandomPerspective((1, 1), 0.5, Interpolation.Nearest, 3), [6, 1, 3], [6, 1, 3]) { IsRandom = true },
        new("RandomElasticTransform", () => new RandomElasticTransform { ValueRange = (-9, 9) }, [12, 15, 3], [12, 15, 3])
        {
            Config =
                """
                {"factor":[0,1],"scale":[0,1],"value_range":[-9,9],"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0,
                 "data_format":"channels_last"}
                """,
            IsRandom = true,
        },
        new("RandomElasticTransform of all images", () => new RandomElasticTransform((1, 1), (0.5, 0.7), Interpolation.Nearest, FillMode.Mirror, 1),
            [30, 25, 2], [30, 25, 2]) { IsRandom = true },
        new("MaxNumBoundingBoxes", () => new MaxNumBoundingBoxes(5), [6, 5, 3], [6, 5, 3]) { Config = """{"max_number":5,"data_format":"channels_last"}""" },
    ];
}
