namespace Fovea;

/// <content>VGG (Simonyan and Zisserman 2015).</content>
public static partial class Applications
{
    /// <summary>VGG with 16 layers of weights (Simonyan and Zisserman 2015); images of 224×224.</summary>
    public static Model VGG16(ApplicationOptions? options = null) => Vgg(nameof(VGG16), "vgg16", [2, 2, 3, 3, 3], options);

    /// <summary>VGG with 19 layers of weights (Simonyan and Zisserman 2015); images of 224×224.</summary>
    public static Model VGG19(ApplicationOptions? options = null) => Vgg(nameof(VGG19), "vgg19", [2, 2, 4, 4, 4], options);

    private static Model Vgg(string name, string modelName, int[] convolutions, ApplicationOptions? options)
    {
        var frame = new ApplicationFrame(name, modelName, options, 224, PixelScale.Caffe);
        var x = frame.Begin();
        for (var block = 1; block <= convolutions.Length; block++)
        {
            for (var i = 1; i <= convolutions[block - 1]; i++)
                x = x.Then(new Conv2D(Math.Min(32 << block, 512), 3, padding: Padding.Same, activation: Activation.Relu), $"block{block}_conv{i}");
            x = x.Then(new MaxPooling2D(2), $"block{block}_pool");
        }

        return frame.End(x, top => frame.Classify(
            top.Then(new Flatten(), "flatten").Then(new Dense(4096, Activation.Relu), "fc1").Then(new Dense(4096, Activation.Relu), "fc2")));
    }
}
