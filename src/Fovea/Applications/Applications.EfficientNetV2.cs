namespace Fovea;

/// <content>EfficientNetV2 (Tan and Le 2021).</content>
public static partial class Applications
{
    private static readonly EfficientStage[] EfficientV2B =
        [new(1, 16, 1, 1, true), new(2, 32, 4, 2, true), new(2, 48, 4, 2, true), new(3, 96, 4, 2), new(5, 112, 6, 1), new(8, 192, 6, 2)];

    /// <summary>EfficientNetV2-B0 (Tan and Le 2021); images of 224×224.</summary>
    public static Model EfficientNetV2B0(ApplicationOptions? options = null) =>
        EfficientNetV2(nameof(EfficientNetV2B0), "efficientnetv2-b0", 1, 1, 224, 32, EfficientV2B, options);

    /// <summary>EfficientNetV2-B1 (Tan and Le 2021); images of 240×240.</summary>
    public static Model EfficientNetV2B1(ApplicationOptions? options = null) =>
        EfficientNetV2(nameof(EfficientNetV2B1), "efficientnetv2-b1", 1, 1.1, 240, 32, EfficientV2B, options);

    /// <summary>EfficientNetV2-B2 (Tan and Le 2021); images of 260×260.</summary>
    public static Model EfficientNetV2B2(ApplicationOptions? options = null) =>
        EfficientNetV2(nameof(EfficientNetV2B2), "efficientnetv2-b2", 1.1, 1.2, 260, 32, EfficientV2B, options);

    /// <summary>EfficientNetV2-B3 (Tan and Le 2021); images of 300×300.</summary>
    public static Model EfficientNetV2B3(ApplicationOptions? options = null) =>
        EfficientNetV2(nameof(EfficientNetV2B3), "efficientnetv2-b3", 1.2, 1.4, 300, 32, EfficientV2B, options);

    /// <summary>EfficientNetV2-S (Tan and Le 2021); images of 384×384.</summary>
    public static Model EfficientNetV2S(ApplicationOptions? options = null) => EfficientNetV2(
        nameof(EfficientNetV2S), "efficientnetv2-s", 1, 1, 384, 24,
        [new(2, 24, 1, 1, true), new(4, 48, 4, 2, true), new(4, 64, 4, 2, true), new(6, 128, 4, 2), new(9, 160, 6, 1), new(15, 256, 6, 2)], options);

    /// <summary>EfficientNetV2-M (Tan and Le 2021); images of 480×480.</summary>
    public static Model EfficientNetV2M(ApplicationOptions? options = null) => EfficientNetV2(
        nameof(EfficientNetV2M), "efficientnetv2-m", 1, 1, 480, 24,
        [new(3, 24, 1, 1, true), new(5, 48, 4, 2, true), new(5, 80, 4, 2, true), new(7, 160, 4, 2), new(14, 176, 6, 1), new(18, 304, 6, 2), new(5, 512, 6, 1)],
        options);

    /// <summary>EfficientNetV2-L (Tan and Le 2021); images of 480×480.</summary>
    public static Model EfficientNetV2L(ApplicationOptions? options = null) => EfficientNetV2(
        nameof(EfficientNetV2L), "efficientnetv2-l", 1, 1, 480, 32,
        [new(4, 32, 1, 1, true), new(7, 64, 4, 2, true), new(7, 96, 4, 2, true), new(10, 192, 4, 2), new(19, 224, 6, 1), new(25, 384, 6, 2), new(7, 640, 6, 1)],
        options);

    private static Model EfficientNetV2(
        string name, string modelName, double width, double depth, int size, int stemFilters, EfficientStage[] stages, ApplicationOptions? options)
    {
        var includesPreprocessing = options?.IncludePreprocessing ?? true;
        var normalizes = modelName[^2] == 'b' && options?.InputShape is null or { Rank: 3, Sizes: [.., 3] };
        var pixels = includesPreprocessing ? PixelScale.ZeroTo255 : normalizes ? PixelScale.ImageNet : new PixelScale(128, [1], [1]);
        var frame = new ApplicationFrame(name, modelName, options, size, pixels) { Knows = [nameof(ApplicationOptions.IncludePreprocessing)] };
        var x = frame.Begin();
        if (includesPreprocessing)
            x = normalizes
                ? x.Then(new Rescaling(1.0 / 255)).Then(
                    new Normalization(3)
                    {
                        Mean = [0.485f, 0.456f, 0.406f],
                        Variance = [(float)(0.229 * 0.229), (float)(0.224 * 0.224), (float)(0.225 * 0.225)],
                    })
                : x.Then(new Rescaling(1.0 / 128, -1));
        x = x.Convolve(Filters(stemFilters), 3, "stem_conv", 2, Padding.Same, EfficientKernel).Normalize("stem_bn", momentum: 0.9)
            .Activate(Activation.Silu, "stem_activation");
        var (total, number) = (stages.Sum(stage => stage.Repeats), 0);
        foreach (var (index, stage) in stages.Index())
        {
            for (var i = 0; i < (int)Math.Ceiling(depth * stage.Repeats); i++, number++)
            {
                var block = new EfficientBlockSettings(
                    $"block{index + 1}{(char)('a' + i)}_", 3, Filters(stage.Filters), stage.Expansion, i == 0 ? stage.Stride : 1)
                {
                    IsVersion2 = true,
                    DropRate = 0.2 * number / total,
                };
                x = stage.IsFused ? FusedBlock(x, block) : EfficientBlock(x, block);
            }
        }

        return EfficientEnd(frame, x, Filters(1280), 0.2, 0.9);

        int Filters(int filters) => Math.Max(8, (int)((filters * width) + 4) / 8 * 8);
    }

    /// <summary>An inverted residual with one convolution in place of the expansion and the depthwise convolution: Fused-MBConv.</summary>
    private static Features FusedBlock(Features input, EfficientBlockSettings block)
    {
        if (block.Expansion == 1)
            return EfficientShortcut(
                input, EfficientConvolution(input, block.Filters, block.KernelSize, block.Stride, $"{block.Name}project", block), block);
        var x = EfficientConvolution(input, block.Expansion * input.Channels, block.KernelSize, block.Stride, $"{block.Name}expand", block);
        x = x.Convolve(block.Filters, 1, $"{block.Name}project_conv", padding: Padding.Same, initializer: EfficientKernel)
            .Normalize($"{block.Name}project_bn", momentum: block.Momentum);
        return EfficientShortcut(input, x, block);
    }

    private sealed record EfficientStage(int Repeats, int Filters, int Expansion, int Stride, bool IsFused = false);
}
