namespace Fovea.Cli;

/// <summary>
/// The networks that speed is measured on: the two of the book, and three that everybody measures, layer by layer as the benchmarks of other
/// libraries build them. All have fresh weights and no augmentation.
/// </summary>
internal static class BenchmarkNetworks
{
    private const int Classes = 1000;

    public static IReadOnlyList<string> Names { get; } = [Networks.BookMnist, Networks.BookCatsDogs, "mobilenet", "resnet50", "vgg16"];

    public static Model Create(string name) => name switch
    {
        "mobilenet" => MobileNet(),
        "resnet50" => ResNet50(),
        "vgg16" => Vgg16(),
        _ => Networks.Create(name, seed: 1, augmentation: false),
    };

    /// <summary>Howard et al. 2017, table 1.</summary>
    private static Sequential MobileNet()
    {
        var model = new Sequential("mobilenet", seed: 1) { new Input(224, 224, 3) };
        Add(model, new Conv2D(32, 3, 2, Padding.Same) { UseBias = false });
        foreach (var (filters, stride) in ((int, int)[])[(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1),
            (512, 1), (1024, 2), (1024, 1)])
        {
            Add(model, new DepthwiseConv2D(3, stride, Padding.Same) { UseBias = false });
            Add(model, new Conv2D(filters, 1) { UseBias = false });
        }

        model.Add(new GlobalAveragePooling2D());
        model.Add(new Dense(Classes, Activation.Softmax));
        return model;

        static void Add(Sequential model, Layer convolution)
        {
            model.Add(convolution);
            model.Add(new BatchNormalization());
            model.Add(new ReLU(maxValue: 6));
        }
    }

    /// <summary>He et al. 2015, table 1, with the stride in the 3×3 convolutions as Goyal et al. 2017 have it.</summary>
    private static Model ResNet50()
    {
        var input = new Input(224, 224, 3).Output;
        var x = new ReLU().Call(Normalized(input, 64, 7, 2));
        x = new MaxPooling2D(3, 2, Padding.Same).Call(x);
        foreach (var (blocks, width, stride) in ((int, int, int)[])[(3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)])
        {
            for (var block = 0; block < blocks; block++)
            {
                var body = new ReLU().Call(Normalized(x, width, 1, 1));
                body = new ReLU().Call(Normalized(body, width, 3, block == 0 ? stride : 1));
                body = Normalized(body, 4 * width, 1, 1);
                x = new ReLU().Call(new Add().Call(body, block == 0 ? Normalized(x, 4 * width, 1, stride) : x));
            }
        }

        x = new Dense(Classes, Activation.Softmax).Call(new GlobalAveragePooling2D().Call(x));
        return new Model(input, x, "resnet50", seed: 1);

        static SymbolicTensor Normalized(SymbolicTensor x, int filters, int size, int stride) =>
            new BatchNormalization().Call(new Conv2D(filters, size, stride, Padding.Same) { UseBias = false }.Call(x));
    }

    /// <summary>Simonyan and Zisserman 2014, table 1, column D.</summary>
    private static Sequential Vgg16()
    {
        var model = new Sequential("vgg16", seed: 1) { new Input(224, 224, 3) };
        foreach (var (convolutions, filters) in ((int, int)[])[(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)])
        {
            for (var i = 0; i < convolutions; i++) model.Add(new Conv2D(filters, 3, padding: Padding.Same, activation: Activation.Relu));
            model.Add(new MaxPooling2D(2));
        }

        model.Add(new Flatten());
        model.Add(new Dense(4096, Activation.Relu));
        model.Add(new Dense(4096, Activation.Relu));
        model.Add(new Dense(Classes, Activation.Softmax));
        return model;
    }
}
