namespace Fovea;

/// <summary>
/// Published networks by their names: <c>Applications.ResNet50(new() { Weights = "resnet50.h5" })</c>. They are the 40 applications of Keras 3, with its
/// layers, names and arguments, so that Keras' weights fit, and some networks of torchvision. Each network knows how an image becomes its input
/// (<see cref="Model.ImageInput"/>); with weights for ImageNet's 1,000 classes it knows their names too (<see cref="Model.ClassNames"/>).
/// </summary>
/// <remarks>
/// A network needs no memory for its weights until it is used. Wrong options throw an <see cref="ArgumentException"/>, a file that does not fit a
/// <see cref="ModelFormatException"/>.
/// </remarks>
public static partial class Applications
{
    private const string Apache = "Apache 2.0";
    private const string Bsd = "BSD 3-Clause";
    private const string Mit = "MIT";
    private const string Oxford = "CC BY 4.0";

    /// <summary>All networks.</summary>
    public static IReadOnlyList<ApplicationInfo> All { get; } =
    [
        new(nameof(VGG16), VGG16, 224, 138_357_544, 14_714_688, 0.713, Oxford),
        new(nameof(VGG19), VGG19, 224, 143_667_240, 20_024_384, 0.713, Oxford),
        new(nameof(ResNet50), ResNet50, 224, 25_636_712, 23_587_712, 0.749, Mit),
        new(nameof(ResNet101), ResNet101, 224, 44_707_176, 42_658_176, 0.764, Mit),
        new(nameof(ResNet152), ResNet152, 224, 60_419_944, 58_370_944, 0.766, Mit),
        new(nameof(ResNet50V2), ResNet50V2, 224, 25_613_800, 23_564_800, 0.760, Bsd),
        new(nameof(ResNet101V2), ResNet101V2, 224, 44_675_560, 42_626_560, 0.772, Bsd),
        new(nameof(ResNet152V2), ResNet152V2, 224, 60_380_648, 58_331_648, 0.780, Bsd),
        new(nameof(Xception), Xception, 299, 22_910_480, 20_861_480, 0.790, Mit),
        new(nameof(InceptionV3), InceptionV3, 299, 23_851_784, 21_802_784, 0.779, Apache),
        new(nameof(InceptionResNetV2), InceptionResNetV2, 299, 55_873_736, 54_336_736, 0.803, Apache),
        new(nameof(MobileNet), MobileNet, 224, 4_253_864, 3_228_864, 0.704, Apache),
        new(nameof(MobileNetV2), MobileNetV2, 224, 3_538_984, 2_257_984, 0.713, Apache),
        new(nameof(MobileNetV3Small), MobileNetV3Small, 224, 2_554_968, 939_120, 0.681, Apache),
        new(nameof(MobileNetV3Large), MobileNetV3Large, 224, 5_507_432, 2_996_352, 0.756, Apache),
        new(nameof(DenseNet121), DenseNet121, 224, 8_062_504, 7_037_504, 0.750, Bsd),
        new(nameof(DenseNet169), DenseNet169, 224, 14_307_880, 12_642_880, 0.762, Bsd),
        new(nameof(DenseNet201), DenseNet201, 224, 20_242_984, 18_321_984, 0.773, Bsd),
        new(nameof(NASNetMobile), NASNetMobile, 224, 5_326_716, 4_269_716, 0.744, Apache),
        new(nameof(NASNetLarge), NASNetLarge, 331, 88_949_818, 84_916_818, 0.825, Apache),
        new(nameof(EfficientNetB0), EfficientNetB0, 224, 5_330_571, 4_049_571, 0.771, Apache),
        new(nameof(EfficientNetB1), EfficientNetB1, 240, 7_856_239, 6_575_239, 0.791, Apache),
        new(nameof(EfficientNetB2), EfficientNetB2, 260, 9_177_569, 7_768_569, 0.801, Apache),
        new(nameof(EfficientNetB3), EfficientNetB3, 300, 12_320_535, 10_783_535, 0.816, Apache),
        new(nameof(EfficientNetB4), EfficientNetB4, 380, 19_466_823, 17_673_823, 0.829, Apache),
        new(nameof(EfficientNetB5), EfficientNetB5, 456, 30_562_527, 28_513_527, 0.836, Apache),
        new(nameof(EfficientNetB6), EfficientNetB6, 528, 43_265_143, 40_960_143, 0.840, Apache),
        new(nameof(EfficientNetB7), EfficientNetB7, 600, 66_658_687, 64_097_687, 0.843, Apache),
        new(nameof(EfficientNetV2B0), EfficientNetV2B0, 224, 7_200_312, 5_919_312, 0.787, Apache),
        new(nameof(EfficientNetV2B1), EfficientNetV2B1, 240, 8_212_124, 6_931_124, 0.798, Apache),
        new(nameof(EfficientNetV2B2), EfficientNetV2B2, 260, 10_178_374, 8_769_374, 0.805, Apache),
        new(nameof(EfficientNetV2B3), EfficientNetV2B3, 300, 14_467_622, 12_930_622, 0.820, Apache),
        new(nameof(EfficientNetV2S), EfficientNetV2S, 384, 21_612_360, 20_331_360, 0.839, Apache),
        new(nameof(EfficientNetV2M), EfficientNetV2M, 480, 54_431_388, 53_150_388, 0.853, Apache),
        new(nameof(EfficientNetV2L), EfficientNetV2L, 480, 119_027_848, 117_746_848, 0.857, Apache),
        new(nameof(ConvNeXtTiny), ConvNeXtTiny, 224, 28_589_128, 27_820_128, 0.813, Mit),
        new(nameof(ConvNeXtSmall), ConvNeXtSmall, 224, 50_223_688, 49_454_688, 0.823, Mit),
        new(nameof(ConvNeXtBase), ConvNeXtBase, 224, 88_591_464, 87_566_464, 0.853, Mit),
        new(nameof(ConvNeXtLarge), ConvNeXtLarge, 224, 197_767_336, 196_230_336, 0.863, Mit),
        new(nameof(ConvNeXtXLarge), ConvNeXtXLarge, 224, 350_196_968, 348_147_968, 0.867, Mit),
        new(nameof(TorchResNet18), TorchResNet18, 224, 11_699_112, 11_186_112, 0.698, Bsd),
        new(nameof(TorchResNet34), TorchResNet34, 224, 21_814_696, 21_301_696, 0.733, Bsd),
        new(nameof(TorchResNet50), TorchResNet50, 224, 25_610_152, 23_561_152, 0.761, Bsd),
        new(nameof(SqueezeNet11), SqueezeNet11, 224, 1_235_496, 722_496, 0.582, Bsd),
    ];

    /// <summary>The names of all networks, as in <c>MobileNetV2</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(network => network.Name)];

    /// <summary>Finds a network by its name.</summary>
    /// <param name="name">
    /// One of <see cref="Names"/>. Upper and lower case are the same, and hyphens and underscores do not count, so that the names of Keras' modules and files
    /// are known too: <c>mobilenet_v2</c>, <c>efficientnetv2-b0</c>.
    /// </param>
    /// <returns>The network; null if there is none of this name.</returns>
    public static ApplicationInfo? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var letters = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return All.FirstOrDefault(network => network.Name.Equals(letters, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Creates a network by its name.</summary>
    /// <param name="name">A name that <see cref="Find"/> knows.</param>
    /// <param name="options">The arguments; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no such network, or an option is wrong.</exception>
    /// <exception cref="IOException">The weights cannot be downloaded or read.</exception>
    public static Model Create(string name, ApplicationOptions? options = null) => Require(name).Create(options);

    private static ApplicationInfo Require(string name) => Find(name) ?? throw new ArgumentException(
        $"Applications: expected the name of a network; received '{name}'; {NearestNames.Of(name, Names)}.", nameof(name));

    /// <summary>The most probable of ImageNet's classes for each image; Keras' <c>decode_predictions</c>.</summary>
    /// <param name="predictions">The outputs of a network with ImageNet's 1,000 classes: (batch, 1000), or (1000) for one image.</param>
    /// <param name="top">The number of classes for each image, from 1 to 1000.</param>
    /// <returns>For each image its classes, the most probable one first.</returns>
    /// <exception cref="ArgumentException">The predictions have another shape, or <paramref name="top"/> is outside its range.</exception>
    public static IReadOnlyList<IReadOnlyList<ImageNetPrediction>> DecodePredictions(Tensor predictions, int top = 5)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var classes = ImageNetClasses.Rows;
        if (predictions.Shape is not { Rank: 1 or 2 } shape || shape[^1] != classes.Count)
            throw new ArgumentException(
                $"Applications: expected predictions of {classes.Count} classes, (batch, {classes.Count}); received {predictions.Shape}.", nameof(predictions));
        if (top < 1 || top > classes.Count) throw ArgumentRules.Wrong("Applications", nameof(top), $"from 1 to {classes.Count}", top);
        return [.. predictions.Values.ToArray().Chunk(classes.Count).Select(scores => (IReadOnlyList<ImageNetPrediction>)[.. scores.Index()
            .OrderByDescending(score => score.Item).Take(top).Select(score => new ImageNetPrediction(
                classes[score.Index].WordNetId, classes[score.Index].Name, score.Item))])];
    }
}
