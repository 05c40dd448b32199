namespace Fovea;

/// <summary>A family of published networks with their preprocessing.</summary>
/// <param name="Name">The name of the family.</param>
/// <param name="Words">The range of the input values, in words.</param>
/// <param name="Pixels">The conversion of bytes to values.</param>
/// <param name="Names">Names of layers, or of inner models, that all members have.</param>
internal sealed record KnownNetwork(string Name, string Words, PixelScale Pixels, params IReadOnlyList<string> Names)
{
    public ChannelOrder Order { get; init; }

    /// <summary>A name that no member has, but a similar family does.</summary>
    public string? Without { get; init; }

    public ImageInput Apply(ImageInput input) => input.Channels == 3 ? input with { Pixels = Pixels, Order = Order } : input;
}

/// <summary>
/// Published networks by the names of their layers: Keras' applications (keras/src/applications) with their <c>preprocess_input</c>, under the names of Keras 3
/// and of Keras 2. Networks that rescale images themselves are recognized by their layers for that, in <see cref="InputAnalysis"/>.
/// </summary>
internal static class KnownNetworks
{
    /// <summary>The values that ConvNeXt takes without its first layer.</summary>
    public static PixelScale ConvNeXt { get; } = new(1, [123.675f, 116.28f, 103.53f], [58.395f, 57.12f, 57.375f]);

    private static readonly KnownNetwork[] All =
    [
        Tf("MobileNet", "conv_dw_1", "conv_pw_1"),
        Tf("MobileNetV2", "expanded_conv_depthwise", "block_1_expand"),
        Tf("MobileNetV3", "expanded_conv_depthwise", "expanded_conv_1_expand"),
        Tf("MobileNetV3", "expanded_conv/depthwise", "expanded_conv/project"),
        Tf("Xception", "block1_conv1", "block2_sepconv1"),
        Tf("InceptionV3", "mixed0", "mixed1"),
        Tf("InceptionResNetV2", "mixed_5b", "block35_1_mixed"),
        Tf("InceptionResNetV2", "mixed_5b", "block35_1"),
        Tf("NASNet", "stem_conv1", "stem_bn1"),
        Tf("ResNetV2", "conv1_conv", "conv2_block1_preact_bn"),
        new("EfficientNet", "0..255 and rescales them itself", PixelScale.ZeroTo255, ["stem_conv", "block1a_dwconv"]),
        .. from size in (string[])["b0", "b1", "b2", "b3"] select Torch("EfficientNetV2", $"efficientnetv2-{size}", "block1a_project_conv"),
        .. from size in (string[])["s", "m", "l"] select Tf("EfficientNetV2", $"efficientnetv2-{size}", "block1a_project_conv"),
        Torch("DenseNet", "conv2_block1_concat", "conv2_block1_1_conv"),
        .. from size in (string[])["tiny", "small", "base", "large", "xlarge"] select Torch("ConvNeXt", $"convnext_{size}_stem") with { Pixels = ConvNeXt },
        Caffe("ResNet", "conv1_conv", "conv2_block1_0_conv") with { Without = "conv2_block1_preact_bn" },
        Caffe("ResNet", "bn_conv1", "res2a_branch2a"),
        Torch("torchvision's ResNet", "bn1", "layer1.0.conv1"),
        Torch("torchvision's SqueezeNet", "features.3.squeeze", "features.3.expand1x1"),
        Caffe("VGG", "block1_conv1", "block5_conv3") with { Without = "block2_sepconv1" },
    ];

    /// <summary>The family that a model belongs to by the names of its layers; null if there is none.</summary>
    public static KnownNetwork? Find(Model model) => Find(NamesOf(model).ToHashSet(StringComparer.Ordinal));

    /// <summary>The family that has these names of layers and models; null if there is none.</summary>
    public static KnownNetwork? Find(IReadOnlySet<string> names) =>
        Array.Find(All, network => network.Names.All(names.Contains) && (network.Without is null || !names.Contains(network.Without)));

    /// <summary>The names of a model and of all its layers, inner ones included.</summary>
    public static IEnumerable<string> NamesOf(Model model) =>
        [model.Name, .. model.Layers.SelectMany(layer => layer is Model within ? NamesOf(within) : [layer.Name])];

    private static KnownNetwork Tf(string name, params IReadOnlyList<string> layers) => new(name, "-1..1", PixelScale.MinusOneToOne, layers);

    private static KnownNetwork Torch(string name, params IReadOnlyList<string> layers) =>
        new(name, "0..1 less ImageNet's mean, over its deviation", PixelScale.ImageNet, layers);

    private static KnownNetwork Caffe(string name, params IReadOnlyList<string> layers) =>
        new(name, "0..255 less ImageNet's mean, blue first", PixelScale.Caffe, layers) { Order = ChannelOrder.Bgr };
}
