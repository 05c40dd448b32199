namespace Fovea.Cli;

/// <summary>MobileNet of Howard et al. 2017, table 1.</summary>
internal static class MobileNet
{
    public const string Name = "mobilenet";

    /// <summary>Builds the network with fresh weights, for the 1,000 classes of ImageNet.</summary>
    public static Sequential Create(long seed)
    {
        var model = new Sequential(Name, seed) { new Input(224, 224, 3) };
        Add(model, new Conv2D(32, 3, 2, Padding.Same) { UseBias = false });
        foreach (var (filters, stride) in ((int, int)[])[(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1),
            (512, 1), (1024, 2), (1024, 1)])
        {
            Add(model, new DepthwiseConv2D(3, stride, Padding.Same) { UseBias = false });
            Add(model, new Conv2D(filters, 1) { UseBias = false });
        }

        model.Add(new GlobalAveragePooling2D());
        model.Add(new Dense(1000, Activation.Softmax));
        return model;

        static void Add(Sequential model, Layer convolution)
        {
            model.Add(convolution);
            model.Add(new BatchNormalization());
            model.Add(new ReLU(maxValue: 6));
        }
    }
}
