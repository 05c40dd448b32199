namespace Fovea;

/// <summary>
/// Networks for training from scratch on hundreds to some ten thousand images. They have fresh weights, and take images of pixels from 0 to 255, which
/// their first layer rescales. Set <see cref="Model.Augmentation"/> to vary them in training.
/// </summary>
public static partial class SmallNetworks
{
    /// <summary>The input, and pixels from 0 to 1.</summary>
    private static (SymbolicTensor Input, SymbolicTensor Pixels) Begin(Shape inputShape, int classes, string subject)
    {
        if (inputShape is not { Rank: 3, IsOpen: false })
            throw new ArgumentException($"{subject}: expected the shape of an image, (height, width, channels); received {inputShape}.", nameof(inputShape));
        classes.AtLeast(1, subject, nameof(classes));
        var input = new Input(inputShape.Dimensions).Output;
        return (input, new Rescaling(1.0 / 255).Call(input));
    }

    /// <summary>The mean of each channel, dropout, and the outputs.</summary>
    private static Model End(
        SymbolicTensor input, SymbolicTensor features, int classes, double dropout, Activation? classifierActivation, string name, long seed)
    {
        var x = new GlobalAveragePooling2D().Call(features);
        if (dropout > 0) x = new Dropout(dropout).Call(x);
        return new Model(input, new Dense(classes, classifierActivation ?? Activation.Softmax).Call(x), name, seed);
    }

    private static void RequireCounts(int[] counts, string subject, string argument)
    {
        if (counts.Length == 0 || counts.Any(count => count < 1))
            throw ArgumentRules.Wrong(subject, argument, $"whole numbers of at least 1", $"[{string.Join(", ", counts)}]");
    }
}
