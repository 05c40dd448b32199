namespace Fovea;

/// <summary>A family of published networks, and how its members take pictures.</summary>
/// <param name="Name">The name of the family.</param>
/// <param name="Words">What they take, in words.</param>
/// <param name="Pixels">Which numbers stand for pixels.</param>
/// <param name="Layers">Names of layers that all members have.</param>
internal sealed record KnownNetwork(string Name, string Words, PixelScale Pixels, params IReadOnlyList<string> Layers)
{
    public ChannelOrder Order { get; init; }

    /// <summary>A name that no member has, though a relative does.</summary>
    public string? Without { get; init; }

    public ImageInput Apply(ImageInput input) => input.Channels == 3 ? input with { Pixels = Pixels, Order = Order } : input;
}

/// <summary>
/// Networks by the names of their layers: Keras' applications (keras/src/applications, their <c>preprocess_input</c>), under the names of Keras 3 and of Keras 2. Those that
/// rescale pictures themselves are known by these layers.
/// </summary>
internal static class KnownNetworks
{
    private static readonly KnownNetwork[] All =
    [
        Tf("MobileNet", "conv_dw_1", "conv_pw_1"),
        Tf("MobileNetV2", "expanded_conv_depthwise", "block_1_expand"),
        Tf("MobileNetV3", "expanded_conv_depthwise", "expanded_conv_squeeze_excite_conv"),
        Tf("MobileNetV3", "expanded_conv/depthwise", "expanded_conv/project"),
        Tf("Xception", "block1_conv1", "block2_sepconv1"),
        Tf("InceptionV3", "mixed0", "mixed1"),
        Tf("InceptionResNetV2", "mixed_5b", "block35_1"),
        Tf("NASNet", "stem_conv1", "stem_bn1"),
        Tf("ResNetV2", "conv1_conv", "conv2_block1_preact_bn"),
        Tf("EfficientNetV2", "stem_conv", "block1a_project_conv") with { Without = "block1a_dwconv" },
        Torch("DenseNet", "conv2_block1_concat", "conv2_block1_1_conv"),
        Torch("ConvNeXt", "convnext_tiny_stem") with { Pixels = new PixelScale(1, [123.675f, 116.28f, 103.53f], [58.395f, 57.12f, 57.375f]) },
        Caffe("ResNet", "conv1_conv", "conv2_block1_0_conv") with { Without = "conv2_block1_preact_bn" },
        Caffe("ResNet", "bn_conv1", "res2a_branch2a"),
        Caffe("VGG", "block1_conv1", "block5_conv3") with { Without = "block2_sepconv1" },
    ];

    /// <summary>The family whose names a model's layers have; null where it is none of these.</summary>
    public static KnownNetwork? Find(Model model)
    {
        var names = NamesOf(model).ToHashSet(StringComparer.Ordinal);
        return Array.Find(All, network => network.Layers.All(names.Contains) && (network.Without is null || !names.Contains(network.Without)));
    }

    /// <summary>The names of all layers, those of models within too.</summary>
    public static IEnumerable<string> NamesOf(Model model) => model.Layers.SelectMany(layer => layer is Model within ? NamesOf(within) : [layer.Name!]);

    private static KnownNetwork Tf(string name, params IReadOnlyList<string> layers) => new(name, "-1..1", PixelScale.MinusOneToOne, layers);

    private static KnownNetwork Torch(string name, params IReadOnlyList<string> layers) => new(name, "0..1 less ImageNet's mean, over its deviation", PixelScale.ImageNet, layers);

    private static KnownNetwork Caffe(string name, params IReadOnlyList<string> layers) =>
        new(name, "0..255 less ImageNet's mean, blue first", PixelScale.Caffe, layers) { Order = ChannelOrder.Bgr };
}
