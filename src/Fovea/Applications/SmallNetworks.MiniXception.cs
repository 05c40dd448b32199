namespace Fovea;

/// <content>The small Xception of Chollet's book.</content>
public static partial class SmallNetworks
{
    /// <summary>
    /// The "mini Xception-like model" of Chollet, "Deep Learning with Python", second edition, section 9.3.5: a convolution 5×5, five residual blocks of two
    /// separable convolutions with batch normalization and a maximum pooling, the mean of each channel, dropout of 0.5, and a dense layer. The book trains it
    /// on 180×180 pixels.
    /// </summary>
    /// <param name="inputShape">The shape of an image, (height, width, channels).</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="classifierActivation">The activation of the outputs; softmax by default. The book has one output with a sigmoid.</param>
    /// <param name="name">The name of the model.</param>
    /// <param name="seed">The seed of everything random in the model.</param>
    /// <exception cref="ArgumentException">The shape is not that of an image, or there are no classes.</exception>
    public static Model MiniXception(
        Shape inputShape, int classes, Activation? classifierActivation = null, string name = "mini-xception",
        long seed = 0)
    {
        var (input, x) = Begin(inputShape, classes, $"SmallNetworks.{nameof(MiniXception)}");
        x = new Conv2D(32, 5) { UseBias = false }.Call(x);
        foreach (var filters in (int[])[32, 64, 128, 256, 512]) x = SeparableBlock(x, filters);
        return End(input, x, classes, dropout: 0.5, classifierActivation, name, seed);
    }

    private static SymbolicTensor SeparableBlock(SymbolicTensor x, int filters)
    {
        var y = x;
        for (var i = 0; i < 2; i++)
        {
            y = new ReLU().Call(new BatchNormalization().Call(y));
            y = new SeparableConv2D(filters, 3, padding: Padding.Same) { UseBias = false }.Call(y);
        }

        y = new MaxPooling2D(3, 2, Padding.Same).Call(y);
        return new Add().Call(y, new Conv2D(filters, 1, 2, Padding.Same) { UseBias = false }.Call(x));
    }
}
