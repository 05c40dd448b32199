namespace Fovea;

/// <content>Inception-v3 (Szegedy et al. 2016) and Inception-ResNet-v2 (Szegedy et al. 2017).</content>
public static partial class Applications
{
    /// <summary>Inception-v3 (Szegedy et al. 2016); images of 299×299.</summary>
    public static Model InceptionV3(ApplicationOptions? options = null)
    {
        var frame = new ApplicationFrame(nameof(InceptionV3), "inception_v3", options, 299, PixelScale.MinusOneToOne) { MinSize = 75 };
        var x = InceptionStem(frame.Begin());
        for (var i = 0; i < 3; i++)
            x = Mixed(
                $"mixed{i}", x.Inception(64, 1), x.Inception(48, 1).Inception(64, 5), x.Inception(64, 1).Inception(96, 3).Inception(96, 3),
                AveragePooled(x, i == 0 ? 32 : 64));
        x = Mixed(
            "mixed3", x.Inception(384, 3, 2, Padding.Valid), x.Inception(64, 1).Inception(96, 3).Inception(96, 3, 2, Padding.Valid), x.MaxPooled());
        for (var i = 4; i <= 7; i++)
        {
            var filters = i == 4 ? 128 : i == 7 ? 192 : 160;
            x = Mixed(
                $"mixed{i}", x.Inception(192, 1), x.Inception(filters, 1).Inception(filters, (1, 7)).Inception(192, (7, 1)),
                x.Inception(filters, 1).Inception(filters, (7, 1)).Inception(filters, (1, 7)).Inception(filters, (7, 1)).Inception(192, (1, 7)),
                AveragePooled(x, 192));
        }

        x = Mixed(
            "mixed8", x.Inception(192, 1).Inception(320, 3, 2, Padding.Valid),
            x.Inception(192, 1).Inception(192, (1, 7)).Inception(192, (7, 1)).Inception(192, 3, 2, Padding.Valid), x.MaxPooled());
        for (var i = 0; i < 2; i++)
        {
            var single = x.Inception(320, 1);
            var wide = x.Inception(384, 1);
            wide = Mixed($"mixed9_{i}", wide.Inception(384, (1, 3)), wide.Inception(384, (3, 1)));
            var deep = x.Inception(448, 1).Inception(384, 3);
            deep = Mixed(null, deep.Inception(384, (1, 3)), deep.Inception(384, (3, 1)));
            x = Mixed($"mixed{9 + i}", single, wide, deep, AveragePooled(x, 192));
        }

        return frame.EndPooled(x, "avg_pool");
    }

    /// <summary>Inception-ResNet-v2 (Szegedy et al. 2017); images of 299×299.</summary>
    public static Model InceptionResNetV2(ApplicationOptions? options = null)
    {
        var frame = new ApplicationFrame(nameof(InceptionResNetV2), "inception_resnet_v2", options, 299, PixelScale.MinusOneToOne) { MinSize = 75 };
        var x = InceptionStem(frame.Begin());
        x = Mixed(
            "mixed_5b", x.Inception(96, 1), x.Inception(48, 1).Inception(64, 5), x.Inception(64, 1).Inception(96, 3).Inception(96, 3), AveragePooled(x, 64));
        for (var i = 1; i <= 10; i++)
            x = InceptionResidual(x, $"block35_{i}", 0.17, x => [x.Inception(32, 1), x.Inception(32, 1).Inception(32, 3),
                x.Inception(32, 1).Inception(48, 3).Inception(64, 3)]);
        x = Mixed(
            "mixed_6a", x.Inception(384, 3, 2, Padding.Valid), x.Inception(256, 1).Inception(256, 3).Inception(384, 3, 2, Padding.Valid), x.MaxPooled());
        for (var i = 1; i <= 20; i++)
            x = InceptionResidual(
                x, $"block17_{i}", 0.1, x => [x.Inception(192, 1), x.Inception(128, 1).Inception(160, (1, 7)).Inception(192, (7, 1))]);
        x = Mixed(
            "mixed_7a", x.Inception(256, 1).Inception(384, 3, 2, Padding.Valid), x.Inception(256, 1).Inception(288, 3, 2, Padding.Valid),
            x.Inception(256, 1).Inception(288, 3).Inception(320, 3, 2, Padding.Valid), x.MaxPooled());
        for (var i = 1; i <= 10; i++)
            x = InceptionResidual(
                x, $"block8_{i}", i == 10 ? 1 : 0.2, x => [x.Inception(192, 1), x.Inception(192, 1).Inception(224, (1, 3)).Inception(256, (3, 1))], i < 10);
        x = x.Convolve(1536, 1, "conv_7b", padding: Padding.Same).Normalize("conv_7b_bn", scale: false).Relu("conv_7b_ac");
        return frame.EndPooled(x, "avg_pool");
    }

    private static Features InceptionStem(Features x)
    {
        x = x.Inception(32, 3, 2, Padding.Valid).Inception(32, 3, 1, Padding.Valid).Inception(64, 3).MaxPooled();
        return x.Inception(80, 1, 1, Padding.Valid).Inception(192, 3, 1, Padding.Valid).MaxPooled();
    }

    /// <summary>Branches are added to their input after a factor.</summary>
    private static Features InceptionResidual(Features x, string name, double scale, Func<Features, Features[]> branches, bool isActivated = true)
    {
        var mixed = Mixed($"{name}_mixed", branches(x)).Then(new Conv2D(x.Channels, 1, padding: Padding.Same), $"{name}_conv");
        x = x.Then(new CustomScaleLayer(scale), null, mixed);
        return isActivated ? x.Relu($"{name}_ac") : x;
    }

    private static Features Mixed(string? name, params ReadOnlySpan<Features> branches) => branches[0].Then(new Concatenate(), name, branches[1..]);

    private static Features AveragePooled(Features x, int filters) => x.Then(new AveragePooling2D(3, 1, Padding.Same)).Inception(filters, 1);

    private static Features MaxPooled(this Features x) => x.Then(new MaxPooling2D(3, 2));

    private static Features Inception(this Features x, int filters, Size2D kernelSize, int stride = 1, Padding padding = Padding.Same) =>
        x.Convolve(filters, kernelSize, null, stride, padding).Normalize(scale: false).Relu();
}
