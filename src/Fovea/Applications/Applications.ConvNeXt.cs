namespace Fovea;

/// <content>ConvNeXt (Liu et al. 2022).</content>
public static partial class Applications
{
    /// <summary>ConvNeXt-T (Liu et al. 2022); images of 224×224.</summary>
    public static Model ConvNeXtTiny(ApplicationOptions? options = null) => ConvNeXt(nameof(ConvNeXtTiny), "convnext_tiny", 9, 96, options);

    /// <summary>ConvNeXt-S (Liu et al. 2022); images of 224×224.</summary>
    public static Model ConvNeXtSmall(ApplicationOptions? options = null) => ConvNeXt(nameof(ConvNeXtSmall), "convnext_small", 27, 96, options);

    /// <summary>ConvNeXt-B (Liu et al. 2022); images of 224×224.</summary>
    public static Model ConvNeXtBase(ApplicationOptions? options = null) => ConvNeXt(nameof(ConvNeXtBase), "convnext_base", 27, 128, options);

    /// <summary>ConvNeXt-L (Liu et al. 2022); images of 224×224.</summary>
    public static Model ConvNeXtLarge(ApplicationOptions? options = null) => ConvNeXt(nameof(ConvNeXtLarge), "convnext_large", 27, 192, options);

    /// <summary>ConvNeXt-XL (Liu et al. 2022); images of 224×224.</summary>
    public static Model ConvNeXtXLarge(ApplicationOptions? options = null) => ConvNeXt(nameof(ConvNeXtXLarge), "convnext_xlarge", 27, 256, options);

    private static Model ConvNeXt(string method, string modelName, int thirdDepth, int filters, ApplicationOptions? options)
    {
        var includesPreprocessing = options?.IncludePreprocessing ?? true;
        var frame = new ApplicationFrame(method, modelName, options, 224, includesPreprocessing ? PixelScale.ZeroTo255 : KnownNetworks.ConvNeXt)
        {
            Knows = [nameof(ApplicationOptions.IncludePreprocessing)],
        };
        var name = frame.Options.Name ?? modelName;
        var x = frame.Begin();
        if (includesPreprocessing && x.Channels == 3)
            x = x.Then(
                new Normalization
                {
                    Mean = [.. KnownNetworks.ConvNeXt.Mean],
                    Variance = [(float)(58.395 * 58.395), (float)(57.12 * 57.12), (float)(57.375 * 57.375)],
                },
                $"{name}_prestem_normalization");
        for (var (stage, depth) = (0, 3); stage < 4; stage++, depth = stage == 2 ? thirdDepth : 3)
        {
            x = x.Then(
                stage == 0
                    ? new Sequential { new Conv2D(filters, 4, 4) { Name = $"{name}_stem_conv" }, ChannelNormalization($"{name}_stem_layernorm") }
                    : new Sequential
                    {
                        ChannelNormalization($"{name}_downsampling_layernorm_{stage - 1}"),
                        new Conv2D(filters << stage, 2, 2) { Name = $"{name}_downsampling_conv_{stage - 1}" },
                    },
                stage == 0 ? $"{name}_stem" : $"{name}_downsampling_block_{stage - 1}");
            for (var block = 0; block < depth; block++) x = ConvNeXtBlock(x, $"{name}_stage_{stage}_block_{block}");
        }

        return frame.End(
            x, top => frame.Classify(
                top.Then(new GlobalAveragePooling2D(), $"{name}_head_gap").Then(ChannelNormalization(), $"{name}_head_layernorm"), $"{name}_head_dense"),
            normalize: features => features.Then(ChannelNormalization()));
    }

    private static Features ConvNeXtBlock(Features input, string name)
    {
        var filters = input.Channels;
        var x = input.Then(new Conv2D(filters, 7, padding: Padding.Same) { Groups = filters }, $"{name}_depthwise_conv");
        x = x.Then(ChannelNormalization(), $"{name}_layernorm").Then(new Dense(4 * filters), $"{name}_pointwise_conv_1");
        x = x.Activate(Activation.Gelu, $"{name}_gelu").Then(new Dense(filters), $"{name}_pointwise_conv_2");
        return input.Plus(x.Then(new LayerScale(1e-6), $"{name}_layer_scale").Activate(Activation.Linear, $"{name}_identity"));
    }

    private static LayerNormalization ChannelNormalization(string? name = null)
    {
        var layer = new LayerNormalization { Epsilon = 1e-6 };
        if (name is not null) layer.Name = name;
        return layer;
    }
}
