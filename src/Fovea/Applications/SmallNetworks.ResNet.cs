namespace Fovea;

/// <content>A residual network.</content>
public static partial class SmallNetworks
{
    /// <summary>Images with a shorter side above this are halved by the first convolution.</summary>
    private const int LargestFullSize = 72;

    /// <summary>The share of the moving averages that each step keeps; higher ones are too slow for the few steps of a small data set.</summary>
    private const double Momentum = 0.9;

    /// <summary>
    /// A residual network with batch normalization and global pooling (He et al. 2016): a convolution 3×3, stages of blocks of two convolutions 3×3, each with
    /// a shortcut, the mean of each channel, dropout, and a dense layer. Each stage but the first halves the height and the width; its shortcut is a mean over
    /// 2×2 pixels and a convolution 1×1 (He et al. 2019, ResNet-D). The convolutions have no bias, since a batch normalization follows each. Images whose
    /// shorter side has more than 72 pixels are halved by the first convolution. With the default widths and blocks there are 1.6 million parameters.
    /// </summary>
    /// <param name="inputShape">The shape of an image, (height, width, channels).</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="widths">The number of filters of each stage; 32, 64, 128 and 256 by default.</param>
    /// <param name="blocks">The number of blocks of each stage; 1, 2, 2 and 1 by default, or 1 for each of other widths.</param>
    /// <param name="dropout">The share of the features that dropout sets to zero; 0 for no dropout.</param>
    /// <param name="classifierActivation">The activation of the outputs; softmax by default.</param>
    /// <param name="zeroInitializedBlocks">
    /// Whether the last batch normalization of each block begins with gamma 0, so that the block begins as its shortcut (Goyal et al. 2017, section 5.1); false
    /// by default.
    /// </param>
    /// <param name="name">The name of the model.</param>
    /// <param name="seed">The seed of everything random in the model.</param>
    /// <exception cref="ArgumentException">An argument is outside its range, or there are not as many numbers of blocks as widths.</exception>
    public static Model ResNet(
        Shape inputShape, int classes, IReadOnlyList<int>? widths = null, IReadOnlyList<int>? blocks = null, double dropout = 0.3,
        Activation? classifierActivation = null, bool zeroInitializedBlocks = false, string name = "resnet-small", long seed = 0)
    {
        var last = zeroInitializedBlocks ? Initializer.Zeros : Initializer.Ones;
        const string subject = $"SmallNetworks.{nameof(ResNet)}";
        int[] filters = widths is null ? [32, 64, 128, 256] : [.. widths];
        int[] depths = blocks is not null ? [.. blocks] : widths is null ? [1, 2, 2, 1] : [.. filters.Select(_ => 1)];
        RequireCounts(filters, subject, nameof(widths));
        RequireCounts(depths, subject, nameof(blocks));
        if (depths.Length != filters.Length)
            throw ArgumentRules.Wrong(subject, nameof(blocks), $"a number of blocks for each of {filters.Length} widths", depths.Length);
        var (input, x) = Begin(inputShape, classes, subject);
        x = Convolved(x, filters[0], 3, Math.Min(inputShape[0], inputShape[1]) > LargestFullSize ? 2 : 1);
        x = new ReLU().Call(x);
        for (var stage = 0; stage < filters.Length; stage++)
            for (var block = 0; block < depths[stage]; block++) x = Residual(x, filters[stage], stage > 0 && block == 0 ? 2 : 1, last);
        return End(input, x, classes, dropout, classifierActivation, name, seed);
    }

    private static SymbolicTensor Residual(SymbolicTensor x, int filters, int strides, Initializer lastGamma)
    {
        var y = Convolved(new ReLU().Call(Convolved(x, filters, 3, strides)), filters, 3, 1, lastGamma);
        var shortcut = strides > 1 ? new AveragePooling2D(strides, padding: Padding.Same).Call(x) : x;
        if (shortcut.Shape[^1] != filters) shortcut = Convolved(shortcut, filters, 1, 1);
        return new ReLU().Call(new Add().Call(y, shortcut));
    }

    private static SymbolicTensor Convolved(SymbolicTensor x, int filters, int kernelSize, int strides, Initializer? gamma = null)
    {
        x = new Conv2D(filters, kernelSize, strides, Padding.Same) { UseBias = false }.Call(x);
        return new BatchNormalization(Momentum) { GammaInitializer = gamma ?? Initializer.Ones }.Call(x);
    }
}
