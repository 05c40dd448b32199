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
        new(nameof(VGG16), VGG16, 0.713, Oxford),
        new(nameof(VGG19), VGG19, 0.713, Oxford),
        new(nameof(ResNet50), ResNet50, 0.749, Mit),
        new(nameof(ResNet101), ResNet101, 0.764, Mit),
        new(nameof(ResNet152), ResNet152, 0.766, Mit),
        new(nameof(ResNet50V2), ResNet50V2, 0.760, Bsd),
        new(nameof(ResNet101V2), ResNet101V2, 0.772, Bsd),
        new(nameof(ResNet152V2), ResNet152V2, 0.780, Bsd),
        new(nameof(Xception), Xception, 0.790, Mit),
        new(nameof(InceptionV3), InceptionV3, 0.779, Apache),
        new(nameof(InceptionResNetV2), InceptionResNetV2, 0.803, Apache),
        new(nameof(MobileNet), MobileNet, 0.704, Apache),
        new(nameof(MobileNetV2), MobileNetV2, 0.713, Apache),
        new(nameof(MobileNetV3Small), MobileNetV3Small, 0.681, Apache),
        new(nameof(MobileNetV3Large), MobileNetV3Large, 0.756, Apache),
        new(nameof(DenseNet121), DenseNet121, 0.750, Bsd),
        new(nameof(DenseNet169), DenseNet169, 0.762, Bsd),
        new(nameof(DenseNet201), DenseNet201, 0.773, Bsd),
        new(nameof(NASNetMobile), NASNetMobile, 0.744, Apache),
        new(nameof(NASNetLarge), NASNetLarge, 0.825, Apache),
        new(nameof(EfficientNetB0), EfficientNetB0, 0.771, Apache),
        new(nameof(EfficientNetB1), EfficientNetB1, 0.791, Apache),
        new(nameof(EfficientNetB2), EfficientNetB2, 0.801, Apache),
        new(nameof(EfficientNetB3), EfficientNetB3, 0.816, Apache),
        new(nameof(EfficientNetB4), EfficientNetB4, 0.829, Apache),
        new(nameof(EfficientNetB5), EfficientNetB5, 0.836, Apache),
        new(nameof(EfficientNetB6), EfficientNetB6, 0.840, Apache),
        new(nameof(EfficientNetB7), EfficientNetB7, 0.843, Apache),
        new(nameof(EfficientNetV2B0), EfficientNetV2B0, 0.787, Apache),
        new(nameof(EfficientNetV2B1), EfficientNetV2B1, 0.798, Apache),
        new(nameof(EfficientNetV2B2), EfficientNetV2B2, 0.805, Apache),
        new(nameof(EfficientNetV2B3), EfficientNetV2B3, 0.820, Apache),
        new(nameof(EfficientNetV2S), EfficientNetV2S, 0.839, Apache),
        new(nameof(EfficientNetV2M), EfficientNetV2M, 0.853, Apache),
        new(nameof(EfficientNetV2L), EfficientNetV2L, 0.857, Apache),
        new(nameof(ConvNeXtTiny), ConvNeXtTiny, 0.813, Mit),
        new(nameof(ConvNeXtSmall), ConvNeXtSmall, 0.823, Mit),
        new(nameof(ConvNeXtBase), ConvNeXtBase, 0.853, Mit),
        new(nameof(ConvNeXtLarge), ConvNeXtLarge, 0.863, Mit),
        new(nameof(ConvNeXtXLarge), ConvNeXtXLarge, 0.867, Mit),
        new(nameof(TorchResNet18), TorchResNet18, 0.698, Bsd),
        new(nameof(TorchResNet34), TorchResNet34, 0.733, Bsd),
        new(nameof(TorchResNet50), TorchResNet50, 0.761, Bsd),
        new(nameof(SqueezeNet11), SqueezeNet11, 0.582, Bsd),
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
