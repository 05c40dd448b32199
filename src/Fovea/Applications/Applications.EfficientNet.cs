namespace Fovea;

/// <content>EfficientNet (Tan and Le 2019).</content>
public static partial class Applications
{
    private static readonly VarianceScaling EfficientKernel = new(2, FanMode.Out, Distribution.TruncatedNormal);
    private static readonly VarianceScaling EfficientTop = new(1.0 / 3, FanMode.Out, Distribution.Uniform);

    /// <summary>EfficientNet-B0 (Tan and Le 2019); images of 224×224.</summary>
    public static Model EfficientNetB0(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB0), 1, 1, 224, 0.2, options);

    /// <summary>EfficientNet-B1 (Tan and Le 2019); images of 240×240.</summary>
    public static Model EfficientNetB1(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB1), 1, 1.1, 240, 0.2, options);

    /// <summary>EfficientNet-B2 (Tan and Le 2019); images of 260×260.</summary>
    public static Model EfficientNetB2(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB2), 1.1, 1.2, 260, 0.3, options);

    /// <summary>EfficientNet-B3 (Tan and Le 2019); images of 300×300.</summary>
    public static Model EfficientNetB3(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB3), 1.2, 1.4, 300, 0.3, options);

    /// <summary>EfficientNet-B4 (Tan and Le 2019); images of 380×380.</summary>
    public static Model EfficientNetB4(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB4), 1.4, 1.8, 380, 0.4, options);

    /// <summary>EfficientNet-B5 (Tan and Le 2019); images of 456×456.</summary>
    public static Model EfficientNetB5(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB5), 1.6, 2.2, 456, 0.4, options);

    /// <summary>EfficientNet-B6 (Tan and Le 2019); images of 528×528.</summary>
    public static Model EfficientNetB6(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB6), 1.8, 2.6, 528, 0.5, options);

    /// <summary>EfficientNet-B7 (Tan and Le 2019); images of 600×600.</summary>
    public static Model EfficientNetB7(ApplicationOptions? options = null) => EfficientNet(nameof(EfficientNetB7), 2, 3.1, 600, 0.5, options);

    /// <summary>
    /// Builds the network. The weights that Keras publishes normalize with ImageNet's deviations as if they were variances; Keras divides by their root once
    /// more in the network that it loads them into (tensorflow#49930), and so does this one, if the file has these values.
    /// </summary>
    private static Model EfficientNet(string name, double width, double depth, int size, double dropout, ApplicationOptions? options)
    {
        var model = EfficientNet(name, width, depth, size, dropout, options, dividesAgain: false);
        if (options?.Weights is null) return model;
        var variance = model.Layers.OfType<Normalization>().Single().Weights[1].Values.ToArray();
        return variance.Length == 3 && PixelScale.ImageNet.Deviation.Index().All(one => Math.Abs(variance[one.Index] - one.Item) < 1e-6)
            ? EfficientNet(name, width, depth, size, dropout, options, dividesAgain: true)
            : model;
    }

    private static Model EfficientNet(string name, double width, double depth, int size, double dropout, ApplicationOptions? options, bool dividesAgain)
    {
        var frame = new ApplicationFrame(name, name.ToLowerInvariant(), options, size, PixelScale.ZeroTo255);
        var x = frame.Begin().Then(new Rescaling(1.0 / 255)).Then(new Normalization(3));
        if (dividesAgain)
            x = x.Then(new Rescaling(((double[])[0.229, 0.224, 0.225]).Select(deviation => 1 / Math.Sqrt(deviation)).ToArray(), [0]));
        x = x.PadBeforeStride(3, "stem_conv_pad").Convolve(Filters(32), 3, "stem_conv", 2, initializer: EfficientKernel);
        x = x.Normalize("stem_bn").Activate(Activation.Silu, "stem_activation");
        (int KernelSize, int Repeats, int Filters, int Expansion, int Stride)[] stages =
            [(3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2), (3, 1, 320, 6, 1)];
        var (total, number) = (stages.Sum(stage => Repeats(stage.Repeats)), 0);
        foreach (var (index, stage) in stages.Index())
        {
            for (var i = 0; i < Repeats(stage.Repeats); i++, number++)
                x = EfficientBlock(
                    x, new($"block{index + 1}{(char)('a' + i)}_", stage.KernelSize, Filters(stage.Filters), stage.Expansion, i == 0 ? stage.Stride : 1)
                    {
                        DropRate = 0.2 * number / total,
                    });
        }

        return EfficientEnd(frame, x, Filters(1280), dropout, 0.99);

        int Filters(int filters) => Divisible(filters * width);
        int Repeats(int repeats) => (int)Math.Ceiling(depth * repeats);
    }

    private static Model EfficientEnd(ApplicationFrame frame, Features x, int filters, double dropout, double momentum)
    {
        x = x.Convolve(filters, 1, "top_conv", padding: Padding.Same, initializer: EfficientKernel).Normalize("top_bn", momentum: momentum);
        return frame.End(x.Activate(Activation.Silu, "top_activation"), isNamedWithoutTop: true, top: top => frame.Classify(
            top.Then(new GlobalAveragePooling2D(), "avg_pool").Then(new Dropout(dropout), "top_dropout"), initializer: EfficientTop));
    }

    /// <summary>An inverted residual with squeeze and excitation: MBConv of EfficientNet and of EfficientNetV2.</summary>
    private static Features EfficientBlock(Features input, EfficientBlockSettings block)
    {
        var (x, name) = (input, block.Name);
        if (block.Expansion > 1) x = EfficientConvolution(x, block.Expansion * input.Channels, 1, 1, $"{name}expand", block);
        var padsBefore = block is { Stride: 2, IsVersion2: false };
        if (padsBefore) x = x.PadBeforeStride(block.KernelSize, $"{name}dwconv_pad");
        x = x.ConvolveDepthwise(
            block.KernelSize, block.IsVersion2 ? $"{name}dwconv2" : $"{name}dwconv", block.Stride, padding: padsBefore ? Padding.Valid : Padding.Same,
            initializer: EfficientKernel);
        x = x.Normalize($"{name}bn", momentum: block.Momentum).Activate(Activation.Silu, $"{name}activation");
        x = EfficientExcitation(x, input.Channels / 4, name);
        x = x.Convolve(block.Filters, 1, $"{name}project_conv", padding: Padding.Same, initializer: EfficientKernel)
            .Normalize($"{name}project_bn", momentum: block.Momentum);
        return EfficientShortcut(input, x, block);
    }

    private static Features EfficientConvolution(Features x, int filters, int kernelSize, int stride, string name, EfficientBlockSettings block) =>
        x.Convolve(filters, kernelSize, $"{name}_conv", stride, Padding.Same, EfficientKernel).Normalize($"{name}_bn", momentum: block.Momentum)
            .Activate(Activation.Silu, $"{name}_activation");

    private static Features EfficientExcitation(Features x, int filters, string name)
    {
        var factors = x.Then(new GlobalAveragePooling2D(), $"{name}se_squeeze").Then(new Reshape(1, 1, x.Channels), $"{name}se_reshape");
        factors = factors.Then(Layer(filters, Activation.Silu), $"{name}se_reduce").Then(Layer(x.Channels, Activation.Sigmoid), $"{name}se_expand");
        return x.Then(new Multiply(), $"{name}se_excite", factors);

        static Conv2D Layer(int filters, Activation activation) =>
            new(filters, 1, padding: Padding.Same, activation: activation) { KernelInitializer = EfficientKernel };
    }

    /// <summary>The sum with the input, if their shapes are the same. In training whole blocks are left out at random (Huang et al. 2016).</summary>
    private static Features EfficientShortcut(Features input, Features x, EfficientBlockSettings block)
    {
        if (block.Stride > 1 || input.Channels != block.Filters) return x;
        if (block.DropRate > 0) x = x.Then(new Dropout(block.DropRate) { NoiseShape = [null, 1, 1, 1] }, $"{block.Name}drop");
        return x.Plus(input, $"{block.Name}add");
    }

    private sealed record EfficientBlockSettings(string Name, int KernelSize, int Filters, int Expansion, int Stride)
    {
        public double DropRate { get; init; }

        public bool IsVersion2 { get; init; }

        public double Momentum => IsVersion2 ? 0.9 : 0.99;
    }
}
