using System.Globalization;

namespace Fovea;

/// <content>MobileNet (Howard et al. 2017) and MobileNetV2 (Sandler et al. 2018).</content>
public static partial class Applications
{
    /// <summary>MobileNet, of depthwise convolutions (Howard et al. 2017); images of 224×224.</summary>
    public static Model MobileNet(ApplicationOptions? options = null)
    {
        var alpha = options?.Alpha ?? 1;
        var frame = new ApplicationFrame(nameof(MobileNet), MobileNetName("mobilenet", options), options, 224, PixelScale.MinusOneToOne)
        {
            Knows = [nameof(ApplicationOptions.Alpha), nameof(ApplicationOptions.DepthMultiplier), nameof(ApplicationOptions.Dropout)],
        };
        var x = frame.Begin().Convolve((int)(32 * alpha), 3, "conv1", 2, Padding.Same).Normalize("conv1_bn").Relu6("conv1_relu");
        int[] filters = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
        for (var block = 1; block <= filters.Length; block++)
        {
            var stride = block is 2 or 4 or 6 or 12 ? 2 : 1;
            if (stride == 2) x = x.Then(new ZeroPadding2D((0, 1), (0, 1)), $"conv_pad_{block}");
            x = x.ConvolveDepthwise(3, $"conv_dw_{block}", stride, frame.Options.DepthMultiplier)
                .Normalize($"conv_dw_{block}_bn").Relu6($"conv_dw_{block}_relu");
            x = x.Convolve((int)(filters[block - 1] * alpha), 1, $"conv_pw_{block}", padding: Padding.Same)
                .Normalize($"conv_pw_{block}_bn").Relu6($"conv_pw_{block}_relu");
        }

        return frame.End(x, top =>
        {
            top = top.Then(new GlobalAveragePooling2D(keepDimensions: true)).Then(new Dropout(frame.Options.Dropout ?? 0.001), "dropout");
            top = top.Then(new Conv2D(frame.Options.Classes, 1, padding: Padding.Same), "conv_preds").Then(new Reshape(frame.Options.Classes), "reshape_2");
            return top.Activate(frame.Options.ClassifierActivation, "predictions");
        });
    }

    /// <summary>MobileNetV2, of inverted residuals (Sandler et al. 2018); images of 224×224.</summary>
    public static Model MobileNetV2(ApplicationOptions? options = null)
    {
        var alpha = options?.Alpha ?? 1;
        var frame = new ApplicationFrame(nameof(MobileNetV2), MobileNetName("mobilenetv2", options), options, 224, PixelScale.MinusOneToOne)
        {
            Knows = [nameof(ApplicationOptions.Alpha)],
        };
        var x = frame.Begin().Convolve(Divisible(32 * alpha), 3, "Conv1", 2, Padding.Same).Normalize("bn_Conv1", momentum: 0.999).Relu6("Conv1_relu");
        (int Filters, int Stride, int Count)[] stages = [(16, 1, 1), (24, 2, 2), (32, 2, 3), (64, 2, 4), (96, 1, 3), (160, 2, 3), (320, 1, 1)];
        var block = 0;
        foreach (var (filters, stride, count) in stages)
            for (var i = 0; i < count; i++, block++) x = InvertedResidual(x, Divisible((int)(filters * alpha)), i == 0 ? stride : 1, block);
        x = x.Convolve(alpha > 1 ? Divisible(1280 * alpha) : 1280, 1, "Conv_1").Normalize("Conv_1_bn", momentum: 0.999).Relu6("out_relu");
        return frame.EndPooled(x, null);
    }

    private static Features InvertedResidual(Features input, int filters, int stride, int block)
    {
        var (x, name) = (input, block == 0 ? "expanded_conv" : $"block_{block}");
        if (block > 0)
            x = x.Convolve(6 * x.Channels, 1, $"{name}_expand", padding: Padding.Same)
                .Normalize($"{name}_expand_BN", momentum: 0.999).Relu6($"{name}_expand_relu");
        if (stride == 2) x = x.PadBeforeStride(3, $"{name}_pad");
        x = x.ConvolveDepthwise(3, $"{name}_depthwise", stride).Normalize($"{name}_depthwise_BN", momentum: 0.999).Relu6($"{name}_depthwise_relu");
        x = x.Convolve(filters, 1, $"{name}_project", padding: Padding.Same).Normalize($"{name}_project_BN", momentum: 0.999);
        return stride == 1 && input.Channels == filters ? input.Plus(x, $"{name}_add") : x;
    }

    private static Features Relu6(this Features x, string? name = null) => x.Then(new ReLU(6), name);

    /// <summary>A multiple of 8 near a number, at most 10 % below it.</summary>
    private static int Divisible(double filters)
    {
        var near = Math.Max(8, (int)(filters + 4) / 8 * 8);
        return near < 0.9 * filters ? near + 8 : near;
    }

    /// <summary>Keras' name, as in <c>mobilenet_1.00_224</c>.</summary>
    private static string MobileNetName(string name, ApplicationOptions? options)
    {
        int? rows = options switch { { InputShape: { Rank: 3 } shape } => shape.Sizes[0], { IncludeTop: false } => null, _ => 224 };
        return string.Create(CultureInfo.InvariantCulture, $"{name}_{options?.Alpha ?? 1:0.00}_{(rows is { } known ? $"{known}" : "None")}");
    }
}
