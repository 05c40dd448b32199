namespace Fovea.Cli;

/// <summary>ResNet-50 of He et al. 2015, table 1, with the stride in the 3×3 convolutions as in Goyal et al. 2017.</summary>
internal static class ResNet50
{
    public const string Name = "resnet50";

    /// <summary>Builds the network with fresh weights, for the 1,000 classes of ImageNet.</summary>
    public static Model Create(long seed)
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

        x = new Dense(1000, Activation.Softmax).Call(new GlobalAveragePooling2D().Call(x));
        return new Model(input, x, Name, seed);

        static SymbolicTensor Normalized(SymbolicTensor x, int filters, int size, int stride) =>
            new BatchNormalization().Call(new Conv2D(filters, size, stride, Padding.Same) { UseBias = false }.Call(x));
    }
}
