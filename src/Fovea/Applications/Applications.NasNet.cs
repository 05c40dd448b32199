namespace Fovea;

/// <content>NASNet-A (Zoph et al. 2018).</content>
public static partial class Applications
{
    private const double NasNetMomentum = 0.9997;

    /// <summary>The small NASNet-A (Zoph et al. 2018); images of 224×224, also without top.</summary>
    public static Model NASNetMobile(ApplicationOptions? options = null) => NasNet(nameof(NASNetMobile), "nasnet_mobile", 224, 44, 4, 32, false, options);

    /// <summary>The large NASNet-A (Zoph et al. 2018); images of 331×331, also without top.</summary>
    public static Model NASNetLarge(ApplicationOptions? options = null) => NasNet(nameof(NASNetLarge), "nasnet_large", 331, 168, 6, 96, true, options);

    private static Model NasNet(
        string name, string modelName, int size, int filters, int blocks, int stemFilters, bool skipsReduction, ApplicationOptions? options)
    {
        var frame = new ApplicationFrame(name, modelName, options, size, PixelScale.MinusOneToOne) { NeedsSize = true };
        var x = frame.Begin().Convolve(stemFilters, 3, "stem_conv1", 2, initializer: Initializer.HeNormal).Normalize("stem_bn1", momentum: NasNetMomentum);
        var before = x;
        (x, before) = (NasNetReduction(x, null, filters / 4, "stem_1"), x);
        (x, before) = (NasNetReduction(x, before, filters / 2, "stem_2"), x);
        for (var stage = 0; stage < 3; stage++)
        {
            if (stage > 0)
            {
                var reduced = NasNetReduction(x, before, filters << stage, $"reduce_{stage * blocks}");
                (x, before) = (reduced, skipsReduction ? before : x);
            }

            for (var i = 0; i < blocks; i++)
                (x, before) = (NasNetCell(x, before, filters << stage, $"{(stage * blocks) + i + (stage > 0 ? 1 : 0)}"), x);
        }

        return frame.EndPooled(x.Relu(), null);
    }

    /// <summary>A normal cell. The cell before the last one is its second input.</summary>
    private static Features NasNetCell(Features input, Features before, int filters, string id)
    {
        var p = NasNetAdjusted(before, input, filters, id);
        var h = NasNetEntry(input, filters, "normal", id);
        var first = h.NasNetSeparable(filters, 5, 1, $"normal_left1_{id}").Plus(p.NasNetSeparable(filters, 3, 1, $"normal_right1_{id}"), $"normal_add_1_{id}");
        var second = p.NasNetSeparable(filters, 5, 1, $"normal_left2_{id}").Plus(p.NasNetSeparable(filters, 3, 1, $"normal_right2_{id}"), $"normal_add_2_{id}");
        var third = Averaged(h, $"normal_left3_{id}").Plus(p, $"normal_add_3_{id}");
        var fourth = Averaged(p, $"normal_left4_{id}").Plus(Averaged(p, $"normal_right4_{id}"), $"normal_add_4_{id}");
        var fifth = h.NasNetSeparable(filters, 3, 1, $"normal_left5_{id}").Plus(h, $"normal_add_5_{id}");
        return Mixed($"normal_concat_{id}", p, first, second, third, fourth, fifth);
    }

    /// <summary>A cell that halves height and width.</summary>
    private static Features NasNetReduction(Features input, Features? before, int filters, string id)
    {
        var p = before is { } earlier ? NasNetAdjusted(earlier, input, filters, id) : input;
        var h = NasNetEntry(input, filters, "reduction", id);
        var padded = h.PadBeforeStride(3, $"reduction_pad_1_{id}");
        var first = h.NasNetSeparable(filters, 5, 2, $"reduction_left1_{id}")
            .Plus(p.NasNetSeparable(filters, 7, 2, $"reduction_right1_{id}"), $"reduction_add_1_{id}");
        var second = padded.Then(new MaxPooling2D(3, 2), $"reduction_left2_{id}")
            .Plus(p.NasNetSeparable(filters, 7, 2, $"reduction_right2_{id}"), $"reduction_add_2_{id}");
        var third = padded.Then(new AveragePooling2D(3, 2), $"reduction_left3_{id}")
            .Plus(p.NasNetSeparable(filters, 5, 2, $"reduction_right3_{id}"), $"reduction_add3_{id}");
        var fourth = second.Plus(Averaged(first, $"reduction_left4_{id}"));
        var fifth = first.NasNetSeparable(filters, 3, 1, $"reduction_left4_{id}")
            .Plus(padded.Then(new MaxPooling2D(3, 2), $"reduction_right5_{id}"), $"reduction_add4_{id}");
        return Mixed($"reduction_concat_{id}", second, third, fourth, fifth);
    }

    private static Features NasNetEntry(Features x, int filters, string cell, string id) =>
        x.Relu().Convolve(filters, 1, $"{cell}_conv_1_{id}", padding: Padding.Same, initializer: Initializer.HeNormal)
            .Normalize($"{cell}_bn_1_{id}", momentum: NasNetMomentum);

    /// <summary>Gives the output of an earlier cell the size and the channels of a later one.</summary>
    private static Features NasNetAdjusted(Features before, Features input, int filters, string id)
    {
        if (before.Tensor.Shape[1] != input.Tensor.Shape[1])
        {
            before = before.Relu($"adjust_relu_1_{id}");
            var even = Half(before, 1);
            var odd = Half(before.Then(new ZeroPadding2D((0, 1), (0, 1))).Then(new Cropping2D((1, 0), (1, 0))), 2);
            return Mixed(null, even, odd).Normalize($"adjust_bn_{id}", momentum: NasNetMomentum);
        }

        return before.Channels == filters
            ? before
            : before.Relu().Convolve(filters, 1, $"adjust_conv_projection_{id}", padding: Padding.Same, initializer: Initializer.HeNormal)
                .Normalize($"adjust_bn_{id}", momentum: NasNetMomentum);

        Features Half(Features x, int number) => x.Then(new AveragePooling2D(1, 2), $"adjust_avg_pool_{number}_{id}")
            .Convolve(filters / 2, 1, $"adjust_conv_{number}_{id}", padding: Padding.Same, initializer: Initializer.HeNormal);
    }

    private static Features NasNetSeparable(this Features x, int filters, int kernelSize, int stride, string id)
    {
        x = x.Relu();
        if (stride == 2) x = x.PadBeforeStride(kernelSize, $"separable_conv_1_pad_{id}");
        x = x.Then(
            new SeparableConv2D(filters, kernelSize, stride, stride == 2 ? Padding.Valid : Padding.Same) { UseBias = false }, $"separable_conv_1_{id}");
        x = x.Normalize($"separable_conv_1_bn_{id}", momentum: NasNetMomentum).Relu();
        x = x.Then(new SeparableConv2D(filters, kernelSize, padding: Padding.Same) { UseBias = false }, $"separable_conv_2_{id}");
        return x.Normalize($"separable_conv_2_bn_{id}", momentum: NasNetMomentum);
    }

    private static Features Averaged(Features x, string name) => x.Then(new AveragePooling2D(3, 1, Padding.Same), name);
}
