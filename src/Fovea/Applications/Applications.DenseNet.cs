namespace Fovea;

/// <content>DenseNet (Huang et al. 2017).</content>
public static partial class Applications
{
    /// <summary>A densely connected network of 121 layers (Huang et al. 2017); images of 224×224.</summary>
    public static Model DenseNet121(ApplicationOptions? options = null) => DenseNet(nameof(DenseNet121), [6, 12, 24, 16], options);

    /// <summary>A densely connected network of 169 layers (Huang et al. 2017); images of 224×224.</summary>
    public static Model DenseNet169(ApplicationOptions? options = null) => DenseNet(nameof(DenseNet169), [6, 12, 32, 32], options);

    /// <summary>A densely connected network of 201 layers (Huang et al. 2017); images of 224×224.</summary>
    public static Model DenseNet201(ApplicationOptions? options = null) => DenseNet(nameof(DenseNet201), [6, 12, 48, 32], options);

    private static Model DenseNet(string name, int[] blocks, ApplicationOptions? options)
    {
        var frame = new ApplicationFrame(name, name.ToLowerInvariant(), options, 224, PixelScale.ImageNet);
        var x = frame.Begin().Pad(3).Convolve(64, 7, "conv1_conv", 2).Normalize("conv1_bn", ResNetEpsilon).Relu("conv1_relu");
        x = x.Pad(1).Then(new MaxPooling2D(3, 2), "pool1");
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            if (stage > 0)
            {
                x = x.Normalize($"pool{stage + 1}_bn", ResNetEpsilon).Relu($"pool{stage + 1}_relu").Convolve(x.Channels / 2, 1, $"pool{stage + 1}_conv");
                x = x.Then(new AveragePooling2D(2), $"pool{stage + 1}_pool");
            }

            for (var block = 1; block <= blocks[stage]; block++) x = DenseBlock(x, $"conv{stage + 2}_block{block}");
        }

        return frame.EndPooled(x.Normalize("bn", ResNetEpsilon).Relu("relu"), "avg_pool", isNamedWithoutTop: true);
    }

    private static Features DenseBlock(Features x, string name)
    {
        var grown = x.Normalize($"{name}_0_bn", ResNetEpsilon).Relu($"{name}_0_relu").Convolve(128, 1, $"{name}_1_conv");
        grown = grown.Normalize($"{name}_1_bn", ResNetEpsilon).Relu($"{name}_1_relu").Convolve(32, 3, $"{name}_2_conv", padding: Padding.Same);
        return x.Then(new Concatenate(), $"{name}_concat", grown);
    }
}
