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
        new("RandAugment", () => new RandAugment { ValueRange = (-9, 9) }, [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"data_format":"channels_last","value_range":[-9,9],"num_ops":2,"factor":[0,0.5],"interpolation":"bilinear","seed":null,
                 "fovea_per_batch":false}
                """,
            IsRandom = true,
            Trains = false,
        },
        new("RandAugment per batch", () => new RandAugment(3, (0.2, 0.4), Interpolation.Nearest) { ValueRange = (-9, 9), PerBatch = true },
            [6, 5, 1], [6, 5, 1])
        {
            Config =
                """{"data_format":"channels_last","value_range":[-9,9],"num_ops":3,"factor":[0.2,0.4],"interpolation":"nearest","seed":null}""",
            IsRandom = true,
            Trains = false,
        },
        new("AugMix", () => new AugMix { ValueRange = (-9, 9) }, [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"data_format":"channels_last","value_range":[-9,9],"num_chains":3,"chain_depth":3,"factor":[0,0.3],"alpha":1,"all_ops":true,
                 "interpolation":"bilinear","seed":null,"fovea_per_batch":false}
                """,
            IsRandom = true,
            Trains = false,
        },
        new("AugMix per batch", () => new AugMix(2, 1, 0.5, 0.4, allOps: false) { ValueRange = (-9, 9), PerBatch = true }, [6, 5, 3],
            [6, 5, 3]) { IsRandom = true, Trains = false },
        new("RandomApply", () => new RandomApply(new RandomFlip(FlipMode.Vertical)), [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"layers":[{"module":"keras.layers","class_name":"RandomFlip",
                 "config":{"seed":null,"mode":"vertical","data_format":"channels_last","name":"random_flip"},"registered_name":null}],
                 "rate":0.5,"per_batch":false}
                """,
            IsRandom = true,
        },
        new("RandomApply to a batch", () => new RandomApply(new RandomRotation(0.2), 0.9) { PerBatch = true }, [6, 5, 3], [6, 5, 3]) { IsRandom = true },
        new("RandomChoice", () => new RandomChoice(new RandomFlip(), new RandomBrightness(0.3) { ValueRange = (-9, 9) }), [6, 5, 3],
            [6, 5, 3]) { IsRandom = true },
        new("RandomChoice for a batch", () => new RandomChoice(new RandomRotation(0.2), new RandomZoom(0.3), new RandomShear(0.2)) { PerBatch = true },
            [6, 5, 3], [6, 5, 3]) { IsRandom = true },
        new("TrivialAugment", () => new TrivialAugment { ValueRange = (-9, 9) }, [6, 5, 3], [6, 5, 3])
        {
            Config = """{"value_range":[-9,9],"interpolation":"nearest","fill_value":0}""",
            IsRandom = true,
            Trains = false,
        },
        new("TrivialAugment of gray images", () => new TrivialAugment(Interpolation.Bilinear, 3) { ValueRange = (-9, 9) }, [6, 5, 1],
            [6, 5, 1]) { IsRandom = true, Trains = false },
        new("AutoAugment", () => new AutoAugment(AutoAugmentPolicy.Svhn) { ValueRange = (-9, 9) }, [6, 5, 3], [6, 5, 3])
        {
            Config = """{"policy":"svhn","value_range":[-9,9],"interpolation":"nearest","fill_value":0}""",
            IsRandom = true,
            Trains = false,
        },
        new("RandomErasing", () => new RandomErasing { ValueRange = (-1, 1) }, [8, 9, 2], [8, 9, 2])
        {
            Config = """{"data_format":"channels_last","factor":[0,1],"scale":[0.02,0.33],"fill_value":null,"value_range":[-1,1],"seed":null}""",
            IsRandom = true,
        },
        new("RandomErasing with a value", () => new RandomErasing((0.5f, 1), (0.2f, 0.3f), 0.5f), [8, 9, 3], [8, 9, 3]) { IsRandom = true },
        .. Colors(),
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
                {"size":null,"flip":"horizontal","rotation":[-10,10],"scale":[0.8,1],"p_affine":0.75,"ratio":[1,1],"shear":[0,0],"translation":[0,0],
                 "warp":[0,0],"antialias":true,"fill_mode":"reflect","interpolation":"bilinear","seed":null,"fill_value":0,"data_format":"channels_last"}
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

    private static IEnumerable<LayerCase> Colors() =>
    [
        new("AutoContrast", () => new AutoContrast { ValueRange = (-9, 9) }, [6, 5, 3],
            [6, 5, 3]) { Config = """{"data_format":"channels_last","value_range":[-9,9]}""" },
        new("Equalization", () => new Equalization { ValueRange = (-3, 3) }, [6, 5, 2], [6, 5, 2])
        {
            Config = """{"data_format":"channels_last","bins":256,"value_range":[-3,3],"fovea_per_batch":false}""",
            IsRandom = true,
            Trains = false,
        },
        new("CLAHE", () => new ContrastLimitedAdaptiveHistogramEqualization(2, (3, 2)) { ValueRange = (-3, 3) }, [6, 5, 3], [6, 5, 3])
        {
            Config = """{"data_format":"channels_last","value_range":[-3,3],"clip_limit":2,"tile_grid_size":[3,2]}""",
            Trains = false,
        },
        new("RandomColorDegeneration", () => new RandomColorDegeneration(0.5) { ValueRange = (-9, 9) }, [6, 5, 3], [6, 5, 3])
        {
            Config = """{"data_format":"channels_last","factor":[-0.5,0.5],"value_range":[-9,9],"seed":null}""",
            IsRandom = true,
        },
        new("RandomColorJitter", () => new RandomColorJitter(0.1, 0.2, (0.3, 0.6), 0.4) { ValueRange = (0, 3) }, [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"data_format":"channels_last","value_range":[0,3],"brightness_factor":[-0.1,0.1],"contrast_factor":[0,0.2],
                 "saturation_factor":[0.3,0.6],"hue_factor":[0,0.4],"seed":null}
                """,
            IsRandom = true,
        },
        new("RandomColorJitter of contrast", () => new RandomColorJitter(contrastFactor: (0.1, 0.5)) { ValueRange = (-9, 9) }, [6, 5, 2], [6, 5, 2])
        {
            Config =
                """
                {"data_format":"channels_last","value_range":[-9,9],"brightness_factor":null,"contrast_factor":[0.1,0.5],"saturation_factor":null,
                 "hue_factor":null,"seed":null}
                """,
            IsRandom = true,
        },
        new("RandomColorJitter of negative values", () => new RandomColorJitter(null, null, (0.3, 0.7), 0.5) { ValueRange = (-3, 3) }, [6, 5, 3],
            [6, 5, 3]) { IsRandom = true },
        new("RandomGaussianBlur", () => new RandomGaussianBlur { ValueRange = (-9, 9) }, [6, 5, 2], [6, 5, 2])
        {
            Config =
                """
                {"data_format":"channels_last","factor":[0,1],"kernel_size":[3,3],"sigma":[0,1],"value_range":[-9,9],"seed":null,"fovea_per_batch":false}
                """,
            IsRandom = true,
        },
        new(
            "RandomGaussianBlur with reflection",
            () => new RandomGaussianBlur((1, 1), (5, 7), (0.5, 2)) { ValueRange = (-9, 9), PerBatch = true, FillMode = FillMode.Reflect }, [6, 5, 3], [6, 5, 3])
        {
            Config =
                """
                {"data_format":"channels_last","factor":[1,1],"kernel_size":[5,7],"sigma":[0.5,2],"value_range":[-9,9],"seed":null,"fovea_fill_mode":"reflect"}
                """,
            IsRandom = true,
        },
        new("RandomHue", () => new RandomHue(0.5) { ValueRange = (-3, 3) }, [6, 5, 3], [6, 5, 3])
        {
            Config = """{"data_format":"channels_last","factor":[0,0.5],"value_range":[-3,3],"seed":null}""",
            IsRandom = true,
        },
        new("RandomInvert", () => new RandomInvert { ValueRange = (0, 1) }, [6, 5, 2], [6, 5, 2])
        {
            Config = """{"data_format":"channels_last","factor":[0,1],"value_range":[0,1],"seed":null}""",
            IsRandom = true,
            Trains = false,
        },
        new("RandomJpegQuality", () => new RandomJpegQuality(10, 90) { ValueRange = (-3, 3) }, [9, 10, 3], [9, 10, 3])
        {
            Config = """{"data_format":"channels_last","lowest":10,"highest":90,"value_range":[-3,3],"seed":null}""",
            IsRandom = true,
            Trains = false,
        },
        new("RandomPosterization", () => new RandomPosterization((2, 5)) { ValueRange = (-3, 3) }, [6, 5, 2], [6, 5, 2])
        {
            Config = """{"data_format":"channels_last","factor":[2,5],"value_range":[-3,3],"seed":null}""",
            IsRandom = true,
            Trains = false,
        },
        new("RandomSaturation", () => new RandomSaturation((0.3, 0.8)) { ValueRange = (0, 1) }, [6, 5, 3], [6, 5, 3])
        {
            Config = """{"data_format":"channels_last","factor":[0.3,0.8],"value_range":[0,1],"seed":null}""",
            IsRandom = true,
        },
        new("RandomSharpness", () => new RandomSharpness(1) { ValueRange = (-9, 9) }, [6, 5, 2], [6, 5, 2])
        {
            Config = """{"data_format":"channels_last","factor":[0,1],"value_range":[-9,9],"seed":null}""",
            IsRandom = true,
        },
        new("Solarization", () => new Solarization(0.1, (0.2, 0.6)) { ValueRange = (-3, 3) }, [6, 5, 2], [6, 5, 2])
        {
            Config =
                """{"data_format":"channels_last","value_range":[-3,3],"addition_factor":[0,0.1],"threshold_factor":[0.2,0.6],"seed":null}""",
            IsRandom = true,
            Trains = false,
        },
    ];
}
