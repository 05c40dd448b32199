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
    private static readonly Dictionary<string, Func<ApplicationOptions?, Model>> Builders = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(VGG16)] = VGG16,
        [nameof(VGG19)] = VGG19,
        [nameof(ResNet50)] = ResNet50,
        [nameof(ResNet101)] = ResNet101,
        [nameof(ResNet152)] = ResNet152,
        [nameof(ResNet50V2)] = ResNet50V2,
        [nameof(ResNet101V2)] = ResNet101V2,
        [nameof(ResNet152V2)] = ResNet152V2,
        [nameof(Xception)] = Xception,
        [nameof(InceptionV3)] = InceptionV3,
        [nameof(InceptionResNetV2)] = InceptionResNetV2,
        [nameof(MobileNet)] = MobileNet,
        [nameof(MobileNetV2)] = MobileNetV2,
        [nameof(MobileNetV3Small)] = MobileNetV3Small,
        [nameof(MobileNetV3Large)] = MobileNetV3Large,
        [nameof(DenseNet121)] = DenseNet121,
        [nameof(DenseNet169)] = DenseNet169,
        [nameof(DenseNet201)] = DenseNet201,
        [nameof(NASNetMobile)] = NASNetMobile,
        [nameof(NASNetLarge)] = NASNetLarge,
        [nameof(EfficientNetB0)] = EfficientNetB0,
        [nameof(EfficientNetB1)] = EfficientNetB1,
        [nameof(EfficientNetB2)] = EfficientNetB2,
        [nameof(EfficientNetB3)] = EfficientNetB3,
        [nameof(EfficientNetB4)] = EfficientNetB4,
        [nameof(EfficientNetB5)] = EfficientNetB5,
        [nameof(EfficientNetB6)] = EfficientNetB6,
        [nameof(EfficientNetB7)] = EfficientNetB7,
        [nameof(EfficientNetV2B0)] = EfficientNetV2B0,
        [nameof(EfficientNetV2B1)] = EfficientNetV2B1,
        [nameof(EfficientNetV2B2)] = EfficientNetV2B2,
        [nameof(EfficientNetV2B3)] = EfficientNetV2B3,
        [nameof(EfficientNetV2S)] = EfficientNetV2S,
        [nameof(EfficientNetV2M)] = EfficientNetV2M,
        [nameof(EfficientNetV2L)] = EfficientNetV2L,
        [nameof(ConvNeXtTiny)] = ConvNeXtTiny,
        [nameof(ConvNeXtSmall)] = ConvNeXtSmall,
        [nameof(ConvNeXtBase)] = ConvNeXtBase,
        [nameof(ConvNeXtLarge)] = ConvNeXtLarge,
        [nameof(ConvNeXtXLarge)] = ConvNeXtXLarge,
        [nameof(TorchResNet18)] = TorchResNet18,
        [nameof(TorchResNet34)] = TorchResNet34,
        [nameof(TorchResNet50)] = TorchResNet50,
        [nameof(SqueezeNet11)] = SqueezeNet11,
    };

    /// <summary>The names of all networks, as in <c>MobileNetV2</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Builders.Keys];

    /// <summary>Creates a network by its name.</summary>
    /// <param name="name">One of <see cref="Names"/>; upper and lower case are the same.</param>
    /// <param name="options">The arguments; null for the defaults.</param>
    /// <exception cref="ArgumentException">There is no such network, or an option is wrong.</exception>
    public static Model Create(string name, ApplicationOptions? options = null)
    {
        return Builders[NameOf(name)](options);
    }

    /// <summary>The name of a network as it is in <see cref="Names"/>.</summary>
    private static string NameOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new ArgumentException(
            $"Applications: expected the name of a network; received '{name}'; {NearestNames.Of(name, Names)}.", nameof(name));
    }

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
