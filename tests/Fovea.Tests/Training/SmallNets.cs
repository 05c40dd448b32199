using Fovea.Tests.Layers;

namespace Fovea.Tests.Training;

/// <summary>Networks and data for tests of training: small, but with every kind of layer.</summary>
internal static class SmallNets
{
    /// <summary>Convolution, max pooling and dropout on images of 12×12, three classes.</summary>
    public static Sequential Convnet(long seed = 1) => new("convnet", seed)
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
    public static Sequential Strided(long seed = 2) => new("strided", seed)
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
    public static Sequential Wide(long seed = 5) => new("wide", seed)
    {
        new Input(12, 12, 1),
        new Conv2D(32, 3, padding: Padding.Same, activation: Activation.Relu),
        new Conv2D(128, 3, padding: Padding.Same, activation: Activation.Relu),
        new Conv2D(96, 3, padding: Padding.Same, activation: Activation.Relu),
        new Flatten(),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>Dense layers only.</summary>
    public static Sequential Perceptron(long seed = 3) => new("perceptron", seed)
    {
        new Input(12, 12, 1),
        new Flatten(),
        new Dense(64, Activation.Relu),
        new Dropout(0.5f),
        new Dense(3),
    };

    /// <summary>Batch normalization, a residual and strides.</summary>
    public static Model Residual(long seed = 5)
    {
        var input = new Input(12, 12, 1).Output;
        var x = new ReLU().Call(new BatchNormalization(0.9f).Call(new Conv2D(8, 3, 2, Padding.Same) { UseBias = false }.Call(input)));
        var y = new BatchNormalization(0.9f).Call(new Conv2D(8, 3, padding: Padding.Same).Call(x));
        x = new ReLU().Call(new Add().Call(x, y));
        x = new ReLU(6).Call(new BatchNormalization().Call(new Conv2D(16, 1, 2).Call(x)));
        return new Model(input, new Dense(3, Activation.Softmax).Call(new GlobalAveragePooling2D().Call(x)), "residual", seed);
    }

    /// <summary>Depthwise convolutions, one of them with several kernels for a channel, each before a pointwise one.</summary>
    public static Sequential Separable(long seed = 6) => new("separable", seed)
    {
        new Input(12, 12, 1),
        new Conv2D(6, 3, padding: Padding.Same, activation: Activation.Relu),
        new DepthwiseConv2D(3, padding: Padding.Same) { UseBias = false },
        new BatchNormalization(),
        new ReLU(6),
        new Conv2D(20, 1, activation: Activation.Relu),
        new DepthwiseConv2D(3, 2, Padding.Same, Activation.Relu6) { DepthMultiplier = 2 },
        new Conv2D(8, 1),
        new BatchNormalization(),
        new ReLU(),
        new GlobalMaxPooling2D(),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>Convolutions in groups, one of them under max pooling.</summary>
    public static Sequential Grouped(long seed = 7) => new("grouped", seed)
    {
        new Input(12, 12, 1),
        new Conv2D(8, 3, activation: Activation.Relu),
        new Conv2D(12, 3, padding: Padding.Same, activation: Activation.Relu) { Groups = 4 },
        new MaxPooling2D(2),
        new Conv2D(10, (2, 3), padding: Padding.Same, activation: Activation.Tanh) { Groups = 2 },
        new Conv2D(10, 3, 2, Padding.Same, Activation.Relu) { Groups = 10 },
        new Flatten(),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>Every augmentation, and dropout.</summary>
    public static Sequential Augmented(long seed = 8) => new("augmented", seed)
    {
        new Input(12, 12, 1),
        new RandomFlip(FlipMode.Horizontal),
        new RandomRotation(0.1f),
        new RandomTranslation(0.2f, 0.2f),
        new RandomZoom(0.2f),
        new RandomContrast(0.2f) { ValueRange = (-9, 9) },
        new Conv2D(8, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Dropout(0.25f),
        new Flatten(),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>The nets of three classes by name, compiled.</summary>
    public static Model Create(string name, Optimizer? optimizer = null)
    {
        var model = Fresh(name);
        if (name == "mixed") model.Augmentation = new Pipeline(new RandomRotation(0.1f), new MixUp(), new CutMix());
        model.Compile(optimizer ?? new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }

    /// <summary>The nets of three classes by name, not used yet.</summary>
    public static Model Fresh(string name) => name switch
    {
        "convnet" => Convnet(),
        "residual" => Residual(),
        "separable" => Separable(),
        "grouped" => Grouped(),
        _ => Augmented(),
    };

    /// <summary>Images of noise, each brighter in the third of its class.</summary>
    public static ArrayDataset Images(int count, long seed = 4)
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

    /// <summary>Sets a memory limit of at most 2% above the smallest within which the model can be trained.</summary>
    public static void LimitMemory(Model model, int batchSize)
    {
        try
        {
            while (true) model.MemoryLimit = (long)(0.98 * model.TrainingMemory(batchSize));
        }
        catch (InsufficientMemoryException)
        {
            model.MemoryLimit = (long)(model.MemoryLimit! / 0.98) + 1;
        }
    }

    /// <summary>Every weight of a layer or a model as one array of bits, to compare exactly.</summary>
    public static int[] Bits(Layer layer) => [.. layer.Weights.SelectMany(weight => weight.Values.ToArray()).Select(BitConverter.SingleToInt32Bits)];

    /// <summary>What is inside the training itself: weights, the optimizer's slots and its steps.</summary>
    public static int[] AllBits(Model model) =>
    [
        .. Bits(model),
        .. model.Trainer!.Weights.SelectMany(weight => weight.Slots).SelectMany(slot => slot.Values.ToArray()).Select(BitConverter.SingleToInt32Bits),
        (int)model.Trainer.Steps,
    ];
}
