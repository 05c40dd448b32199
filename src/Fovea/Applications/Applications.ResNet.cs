namespace Fovea;

/// <content>ResNet (He et al. 2016) and its second version (He et al. 2016, "Identity Mappings").</content>
public static partial class Applications
{
    private const double ResNetEpsilon = 1.001e-5;

    /// <summary>A residual network of 50 layers (He et al. 2016); images of 224×224.</summary>
    public static Model ResNet50(ApplicationOptions? options = null) => ResNet(nameof(ResNet50), [3, 4, 6, 3], options);

    /// <summary>A residual network of 101 layers (He et al. 2016); images of 224×224.</summary>
    public static Model ResNet101(ApplicationOptions? options = null) => ResNet(nameof(ResNet101), [3, 4, 23, 3], options);

    /// <summary>A residual network of 152 layers (He et al. 2016); images of 224×224.</summary>
    public static Model ResNet152(ApplicationOptions? options = null) => ResNet(nameof(ResNet152), [3, 8, 36, 3], options);

    /// <summary>A residual network of 50 layers that normalizes before its convolutions (He et al. 2016b); images of 224×224.</summary>
    public static Model ResNet50V2(ApplicationOptions? options = null) => ResNetV2(nameof(ResNet50V2), [3, 4, 6, 3], options);

    /// <summary>A residual network of 101 layers that normalizes before its convolutions (He et al. 2016b); images of 224×224.</summary>
    public static Model ResNet101V2(ApplicationOptions? options = null) => ResNetV2(nameof(ResNet101V2), [3, 4, 23, 3], options);

    /// <summary>A residual network of 152 layers that normalizes before its convolutions (He et al. 2016b); images of 224×224.</summary>
    public static Model ResNet152V2(ApplicationOptions? options = null) => ResNetV2(nameof(ResNet152V2), [3, 8, 36, 3], options);

    private static Model ResNet(string name, int[] blocks, ApplicationOptions? options)
    {
        var frame = new ApplicationFrame(name, name.ToLowerInvariant(), options, 224, PixelScale.Caffe);
        var x = frame.Begin().Pad(3, "conv1_pad").Then(new Conv2D(64, 7, 2), "conv1_conv").Normalize("conv1_bn", ResNetEpsilon).Relu("conv1_relu");
        x = x.Pad(1, "pool1_pad").Then(new MaxPooling2D(3, 2), "pool1_pool");
        for (var stage = 0; stage < blocks.Length; stage++)
            for (var block = 1; block <= blocks[stage]; block++)
                x = ResNetBlock(x, 64 << stage, stage > 0 && block == 1 ? 2 : 1, block == 1, $"conv{stage + 2}_block{block}");
        return frame.EndPooled(x, "avg_pool", isNamedWithoutTop: true);
    }

    private static Features ResNetBlock(Features x, int filters, int stride, bool convolvesShortcut, string name)
    {
        var shortcut = convolvesShortcut
            ? x.Then(new Conv2D(4 * filters, 1, stride), $"{name}_0_conv").Normalize($"{name}_0_bn", ResNetEpsilon)
            : x;
        x = x.Then(new Conv2D(filters, 1, stride), $"{name}_1_conv").Normalize($"{name}_1_bn", ResNetEpsilon).Relu($"{name}_1_relu");
        x = x.Then(new Conv2D(filters, 3, padding: Padding.Same), $"{name}_2_conv").Normalize($"{name}_2_bn", ResNetEpsilon).Relu($"{name}_2_relu");
        x = x.Then(new Conv2D(4 * filters, 1), $"{name}_3_conv").Normalize($"{name}_3_bn", ResNetEpsilon);
        return shortcut.Plus(x, $"{name}_add").Relu($"{name}_out");
    }

    private static Model ResNetV2(string name, int[] blocks, ApplicationOptions? options)
    {
        var frame = new ApplicationFrame(name, name.ToLowerInvariant(), options, 224, PixelScale.MinusOneToOne);
        var x = frame.Begin().Pad(3, "conv1_pad").Then(new Conv2D(64, 7, 2), "conv1_conv");
        x = x.Pad(1, "pool1_pad").Then(new MaxPooling2D(3, 2), "pool1_pool");
        for (var stage = 0; stage < blocks.Length; stage++)
            for (var block = 1; block <= blocks[stage]; block++)
                x = ResNetV2Block(x, 64 << stage, stage < 3 && block == blocks[stage] ? 2 : 1, block == 1, $"conv{stage + 2}_block{block}");
        return frame.EndPooled(x.Normalize("post_bn", ResNetEpsilon).Relu("post_relu"), "avg_pool", isNamedWithoutTop: true);
    }

    private static Features ResNetV2Block(Features x, int filters, int stride, bool convolvesShortcut, string name)
    {
        var active = x.Normalize($"{name}_preact_bn", ResNetEpsilon).Relu($"{name}_preact_relu");
        var shortcut = convolvesShortcut
            ? active.Then(new Conv2D(4 * filters, 1, stride), $"{name}_0_conv")
            : stride > 1 ? x.Then(new MaxPooling2D(1, stride)) : x;
        x = active.Convolve(filters, 1, $"{name}_1_conv").Normalize($"{name}_1_bn", ResNetEpsilon).Relu($"{name}_1_relu");
        x = x.Pad(1, $"{name}_2_pad").Convolve(filters, 3, $"{name}_2_conv", stride).Normalize($"{name}_2_bn", ResNetEpsilon).Relu($"{name}_2_relu");
        return shortcut.Plus(x.Then(new Conv2D(4 * filters, 1), $"{name}_3_conv"), $"{name}_out");
    }
}
