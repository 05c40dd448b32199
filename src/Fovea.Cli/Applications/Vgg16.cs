namespace Fovea.Cli;

/// <summary>VGG-16 of Simonyan and Zisserman 2014, table 1, column D.</summary>
internal static class Vgg16
{
    public const string Name = "vgg16";

    /// <summary>Builds the network with fresh weights, for the 1,000 classes of ImageNet.</summary>
    public static Sequential Create(long seed)
    {
        var model = new Sequential(Name, seed) { new Input(224, 224, 3) };
        foreach (var (convolutions, filters) in ((int, int)[])[(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)])
        {
            for (var i = 0; i < convolutions; i++) model.Add(new Conv2D(filters, 3, padding: Padding.Same, activation: Activation.Relu));
            model.Add(new MaxPooling2D(2));
        }

        model.Add(new Flatten());
        model.Add(new Dense(4096, Activation.Relu));
        model.Add(new Dense(4096, Activation.Relu));
        model.Add(new Dense(1000, Activation.Softmax));
        return model;
    }
}
