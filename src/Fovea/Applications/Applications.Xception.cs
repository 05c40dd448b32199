namespace Fovea;

/// <content>Xception (Chollet 2017).</content>
public static partial class Applications
{
    /// <summary>Xception, of separable convolutions (Chollet 2017); images of 299×299.</summary>
    public static Model Xception(ApplicationOptions? options = null)
    {
        var frame = new ApplicationFrame(nameof(Xception), "xception", options, 299, PixelScale.MinusOneToOne) { MinSize = 71 };
        var x = frame.Begin().Convolve(32, 3, "block1_conv1", 2).Normalize("block1_conv1_bn").Relu("block1_conv1_act");
        x = x.Convolve(64, 3, "block1_conv2").Normalize("block1_conv2_bn").Relu("block1_conv2_act");
        x = XceptionReduction(x, 2, 128, 128);
        x = XceptionReduction(x, 3, 256, 256);
        x = XceptionReduction(x, 4, 728, 728);
        for (var block = 5; block <= 12; block++)
        {
            var shortcut = x;
            for (var i = 1; i <= 3; i++) x = XceptionConvolution(x.Relu($"block{block}_sepconv{i}_act"), block, i, 728);
            x = x.Plus(shortcut);
        }

        x = XceptionReduction(x, 13, 728, 1024);
        x = XceptionConvolution(x, 14, 1, 1536).Relu("block14_sepconv1_act");
        x = XceptionConvolution(x, 14, 2, 2048).Relu("block14_sepconv2_act");
        return frame.EndPooled(x, "avg_pool");
    }

    private static Features XceptionReduction(Features x, int block, int filters, int lastFilters)
    {
        var shortcut = x.Convolve(lastFilters, 1, null, 2, Padding.Same).Normalize();
        if (block > 2) x = x.Relu($"block{block}_sepconv1_act");
        x = XceptionConvolution(x, block, 1, filters).Relu($"block{block}_sepconv2_act");
        x = XceptionConvolution(x, block, 2, lastFilters);
        return x.Then(new MaxPooling2D(3, 2, Padding.Same), $"block{block}_pool").Plus(shortcut);
    }

    private static Features XceptionConvolution(Features x, int block, int number, int filters) =>
        x.Then(new SeparableConv2D(filters, 3, padding: Padding.Same) { UseBias = false }, $"block{block}_sepconv{number}")
            .Normalize($"block{block}_sepconv{number}_bn");
}
