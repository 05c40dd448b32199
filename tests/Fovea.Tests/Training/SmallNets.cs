using Fovea.Tests.Layers;

namespace Fovea.Tests.Training;

/// <summary>Networks and data for tests of training: small, but with every kind of layer.</summary>
internal static class SmallNets
{
    /// <summary>Convolution, max pooling and dropout on images of 12×12, three classes.</summary>
    public static Sequential Convnet(ulong seed = 1) => new("convnet", seed)
    {
        new Input(12, 12, 1),
        new Conv2D(8, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25f),
        new Conv2D(12, 3, padding: Padding.Same, activation: Activation.Relu),
        new Flatten(),
        new Dense(20, Activation.Relu),
        new Dropout(0.5f),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>Strides, dilation, average pooling and other activations, one output between 0 and 1.</summary>
    public static Sequential Strided(ulong seed = 2) => new("strided", seed)
    {
        new Input(12, 12, 1),
        new Rescaling(0.5f),
        new Conv2D(7, 3, 2, Padding.Same, Activation.Tanh),
        new Conv2D(9, (3, 2), padding: Padding.Same, activation: Activation.Softplus) { DilationRate = 2, UseBias = false },
        new AveragePooling2D(3, 2, Padding.Same),
        new ActivationLayer(Activation.Relu),
        new Flatten(),
        new Dense(1, Activation.Sigmoid),
    };

    /// <summary>Convolutions of so many channels that they and their gradients take Winograd tiles of two and of three outputs.</summary>
    public static Sequential Wide(ulong seed = 5) => new("wide", seed)
    {
        new Input(12, 12, 1),
        new Conv2D(32, 3, padding: Padding.Same, activation: Activation.Relu),
        new Conv2D(128, 3, padding: Padding.Same, activation: Activation.Relu),
        new Conv2D(96, 3, padding: Padding.Same, activation: Activation.Relu),
        new Flatten(),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>Dense layers only.</summary>
    public static Sequential Perceptron(ulong seed = 3) => new("perceptron", seed)
    {
        new Input(12, 12, 1),
        new Flatten(),
        new Dense(64, Activation.Relu),
        new Dropout(0.5f),
        new Dense(3),
    };

    /// <summary>Images of noise, each brighter in the third of its class.</summary>
    public static ArrayDataset Images(int count, ulong seed = 4)
    {
        var images = LayerRunner.Normal(count * 144, seed);
        var labels = Enumerable.Range(0, count).Select(i => (float)(i * 7 % 3)).ToArray();
        for (var i = 0; i < images.Length; i++)
        {
            if (i / 12 % 12 / 4 == (int)labels[i / 144]) images[i] += 2;
        }

        return new ArrayDataset(images, [12, 12, 1], labels, Shape.Scalar);
    }

    /// <summary>The same images; the target is whether the class is 0.</summary>
    public static ArrayDataset BinaryImages(int count)
    {
        var classes = Images(count);
        var (images, targets) = (new float[count * 144], new float[count]);
        for (var i = 0; i < count; i++)
        {
            classes.Read(i, images.AsSpan(i * 144, 144), targets.AsSpan(i, 1));
            targets[i] = targets[i] == 0 ? 1 : 0;
        }

        return new ArrayDataset(images, [12, 12, 1], targets, [1]);
    }

    /// <summary>Every weight as one array of bits, to compare exactly.</summary>
    public static int[] Bits(Model model) => [.. model.Weights.SelectMany(weight => weight.Values.ToArray()).Select(BitConverter.SingleToInt32Bits)];

    /// <summary>What is inside the training itself: weights, the optimizer's slots and its steps.</summary>
    public static int[] AllBits(Model model) =>
    [
        .. Bits(model),
        .. model.Trainer!.Weights.SelectMany(weight => weight.Slots).SelectMany(slot => slot.Values.ToArray()).Select(BitConverter.SingleToInt32Bits),
        (int)model.Trainer.Steps,
    ];
}
