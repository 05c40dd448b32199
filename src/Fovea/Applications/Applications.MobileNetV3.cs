namespace Fovea;

/// <content>MobileNetV3 (Howard et al. 2019).</content>
public static partial class Applications
{
    /// <summary>The small MobileNetV3 (Howard et al. 2019); images of 224×224.</summary>
    public static Model MobileNetV3Small(ApplicationOptions? options = null) => MobileNetV3(
        nameof(MobileNetV3Small), 1024, options,
        new(1, 16, 3, 2, true, false), new(72.0 / 16, 24, 3, 2, false, false), new(88.0 / 24, 24, 3, 1, false, false), new(4, 40, 5, 2), new(6, 40, 5, 1),
        new(6, 40, 5, 1), new(3, 48, 5, 1), new(3, 48, 5, 1), new(6, 96, 5, 2), new(6, 96, 5, 1), new(6, 96, 5, 1));

    /// <summary>The large MobileNetV3 (Howard et al. 2019); images of 224×224.</summary>
    public static Model MobileNetV3Large(ApplicationOptions? options = null) => MobileNetV3(
        nameof(MobileNetV3Large), 1280, options,
        new(1, 16, 3, 1, false, false), new(4, 24, 3, 2, false, false), new(3, 24, 3, 1, false, false), new(3, 40, 5, 2, true, false),
        new(3, 40, 5, 1, true, false), new(3, 40, 5, 1, true, false), new(6, 80, 3, 2, false), new(2.5, 80, 3, 1, false), new(2.3, 80, 3, 1, false),
        new(2.3, 80, 3, 1, false), new(6, 112, 3, 1), new(6, 112, 3, 1), new(6, 160, 5, 2), new(6, 160, 5, 1), new(6, 160, 5, 1));

    private static Model MobileNetV3(string name, int lastFilters, ApplicationOptions? given, params MobileNetV3Block[] blocks)
    {
        var includesPreprocessing = given?.IncludePreprocessing ?? true;
        var frame = new ApplicationFrame(name, name, given, 224, includesPreprocessing ? PixelScale.ZeroTo255 : PixelScale.MinusOneToOne)
        {
            Knows = [nameof(ApplicationOptions.Alpha), nameof(ApplicationOptions.Dropout), nameof(ApplicationOptions.Minimalistic),
                nameof(ApplicationOptions.IncludePreprocessing)],
        };
        var options = frame.Options;
        var x = frame.Begin();
        if (includesPreprocessing) x = x.Then(new Rescaling(1 / 127.5, -1));
        x = Activated(x.Convolve(16, 3, "conv", 2, Padding.Same).Normalize("conv_bn", momentum: 0.999), !options.Minimalistic);
        foreach (var (number, block) in blocks.Index())
            x = MobileNetV3Residual(x, options.Minimalistic ? block.Minimalistic : block, Divisible(block.Filters * options.Alpha), number);
        x = x.Convolve(Divisible(6 * x.Channels), 1, "conv_1", padding: Padding.Same).Normalize("conv_1_bn", momentum: 0.999);
        return frame.End(Activated(x, !options.Minimalistic), isNamedWithoutTop: true, top: top =>
        {
            var filters = options.Alpha > 1 ? Divisible(lastFilters * options.Alpha) : lastFilters;
            top = top.Then(new GlobalAveragePooling2D(keepDimensions: true)).Then(new Conv2D(filters, 1, padding: Padding.Same), "conv_2");
            top = Activated(top, !options.Minimalistic);
            if ((options.Dropout ?? 0.2) is > 0 and var rate) top = top.Then(new Dropout(rate));
            top = top.Then(new Conv2D(options.Classes, 1, padding: Padding.Same), "logits").Then(new Flatten());
            return top.Activate(options.ClassifierActivation, "predictions");
        });
    }

    private static Features MobileNetV3Residual(Features input, MobileNetV3Block block, int filters, int number)
    {
        var (x, name, expanded) = (input, number == 0 ? "expanded_conv" : $"expanded_conv_{number}", Divisible(input.Channels * block.Expansion));
        if (number > 0)
            x = Activated(
                x.Convolve(expanded, 1, $"{name}_expand", padding: Padding.Same).Normalize($"{name}_expand_bn", momentum: 0.999), block.IsHardSwish);
        if (block.Stride == 2) x = x.PadBeforeStride(block.KernelSize, $"{name}_depthwise_pad");
        x = x.ConvolveDepthwise(block.KernelSize, $"{name}_depthwise", block.Stride).Normalize($"{name}_depthwise_bn", momentum: 0.999);
        x = Activated(x, block.IsHardSwish);
        if (block.Excites) x = HardExcitation(x, expanded, $"{name}_squeeze_excite");
        x = x.Convolve(filters, 1, $"{name}_project", padding: Padding.Same).Normalize($"{name}_project_bn", momentum: 0.999);
        return block.Stride == 1 && input.Channels == filters ? input.Plus(x, $"{name}_add") : x;
    }

    /// <summary>Squeeze and excitation with a hard sigmoid, relu6(x + 3) / 6.</summary>
    private static Features HardExcitation(Features x, int filters, string name)
    {
        var factors = x.Then(new GlobalAveragePooling2D(keepDimensions: true), $"{name}_avg_pool");
        factors = factors.Then(new Conv2D(Divisible(filters * 0.25), 1, padding: Padding.Same), $"{name}_conv").Then(new ReLU(), $"{name}_relu");
        factors = factors.Then(new Conv2D(filters, 1, padding: Padding.Same), $"{name}_conv_1");
        factors = factors.Then(new Rescaling(1, 3)).Relu6().Then(new Rescaling(1.0 / 6));
        return x.Then(new Multiply(), $"{name}_mul", factors);
    }

    private static Features Activated(Features x, bool isHardSwish) => isHardSwish ? x.Activate(Activation.HardSilu) : x.Then(new ReLU());

    private sealed record MobileNetV3Block(double Expansion, int Filters, int KernelSize, int Stride, bool Excites = true, bool IsHardSwish = true)
    {
        public MobileNetV3Block Minimalistic => this with { KernelSize = 3, Excites = false, IsHardSwish = false };
    }
}
