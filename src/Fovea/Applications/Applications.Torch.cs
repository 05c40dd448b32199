namespace Fovea;

/// <content>
/// Networks of torchvision with its names of layers, so that its weights fit: residual networks, which reduce images in the convolutions 3×3, and SqueezeNet.
/// </content>
public static partial class Applications
{
    private const double TorchEpsilon = 1e-5;
    private const double TorchMomentum = 0.9;

    /// <summary>torchvision's residual network of 18 layers (He et al. 2016); images of 224×224.</summary>
    public static Model TorchResNet18(ApplicationOptions? options = null) => TorchResNet(nameof(TorchResNet18), "resnet18", [2, 2, 2, 2], 1, options);

    /// <summary>torchvision's residual network of 34 layers (He et al. 2016); images of 224×224.</summary>
    public static Model TorchResNet34(ApplicationOptions? options = null) => TorchResNet(nameof(TorchResNet34), "resnet34", [3, 4, 6, 3], 1, options);

    /// <summary>
    /// torchvision's residual network of 50 layers; images of 224×224. It differs from <see cref="ResNet50"/>: the convolution 3×3 of a block has its
    /// stride, and convolutions have no bias. The weights of one do not fit the other.
    /// </summary>
    public static Model TorchResNet50(ApplicationOptions? options = null) => TorchResNet(nameof(TorchResNet50), "resnet50", [3, 4, 6, 3], 4, options);

    /// <summary>SqueezeNet 1.1 (Iandola et al. 2016) as in torchvision; images of 224×224.</summary>
    public static Model SqueezeNet11(ApplicationOptions? options = null)
    {
        var frame = new ApplicationFrame(nameof(SqueezeNet11), "squeezenet1_1", options, 224, PixelScale.ImageNet) { Fit = ImageFit.Crop };
        var x = frame.Begin().Then(new Conv2D(64, 3, 2, activation: Activation.Relu), "features.0");
        (int Squeezed, int Expanded)[] fires = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)];
        for (var (i, number) = (0, 2); i < fires.Length; i++)
        {
            if (i is 0 or 2 or 4) x = x.Then(new MaxPooling2D(3, 2), $"features.{number++}");
            x = Fire(x, fires[i].Squeezed, fires[i].Expanded, $"features.{number++}");
        }

        return frame.End(x, top =>
        {
            top = top.Then(new Dropout(0.5)).Then(new Conv2D(frame.Options.Classes, 1, activation: Activation.Relu), "classifier.1");
            return top.Then(new GlobalAveragePooling2D()).Activate(frame.Options.ClassifierActivation);
        });
    }

    private static Features Fire(Features x, int squeezed, int expanded, string name)
    {
        x = x.Then(new Conv2D(squeezed, 1, activation: Activation.Relu), $"{name}.squeeze");
        var wide = x.Then(new Conv2D(expanded, 3, padding: Padding.Same, activation: Activation.Relu), $"{name}.expand3x3");
        return x.Then(new Conv2D(expanded, 1, activation: Activation.Relu), $"{name}.expand1x1").Then(new Concatenate(), null, wide);
    }

    /// <param name="name">The name of the method.</param>
    /// <param name="modelName">The name of the model.</param>
    /// <param name="blocks">The number of blocks of each stage.</param>
    /// <param name="expansion">The outputs of a block over its width: 4 for blocks of three convolutions, 1 for those of two.</param>
    /// <param name="options">The options.</param>
    private static Model TorchResNet(string name, string modelName, int[] blocks, int expansion, ApplicationOptions? options)
    {
        var frame = new ApplicationFrame(name, modelName, options, 224, PixelScale.ImageNet) { Fit = ImageFit.Crop };
        var x = frame.Begin().Pad(3).Convolve(64, 7, "conv1", 2).TorchNormalize("bn1").Relu();
        x = x.Pad(1).Then(new MaxPooling2D(3, 2));  // zeros are as good as torchvision's −∞, since no value is below them
        for (var stage = 0; stage < blocks.Length; stage++)
            for (var block = 0; block < blocks[stage]; block++)
                x = TorchResNetBlock(x, 64 << stage, expansion, stage > 0 && block == 0 ? 2 : 1, $"layer{stage + 1}.{block}");
        return frame.End(x, top => frame.Classify(top.Then(new GlobalAveragePooling2D(), "avgpool"), "fc"));
    }

    private static Features TorchResNetBlock(Features input, int filters, int expansion, int stride, string name)
    {
        var x = input;
        if (expansion > 1)
        {
            x = x.Convolve(filters, 1, $"{name}.conv1").TorchNormalize($"{name}.bn1").Relu();
            x = TorchConvolve(x, filters, stride, $"{name}.conv2").TorchNormalize($"{name}.bn2").Relu();
            x = x.Convolve(filters * expansion, 1, $"{name}.conv3").TorchNormalize($"{name}.bn3");
        }
        else
        {
            x = TorchConvolve(x, filters, stride, $"{name}.conv1").TorchNormalize($"{name}.bn1").Relu();
            x = TorchConvolve(x, filters, 1, $"{name}.conv2").TorchNormalize($"{name}.bn2");
        }

        var shortcut = stride == 1 && input.Channels == filters * expansion
            ? input
            : input.Convolve(filters * expansion, 1, $"{name}.downsample.0", stride).TorchNormalize($"{name}.downsample.1");
        return x.Plus(shortcut).Relu();
    }

    /// <summary>A convolution 3×3 that pads one pixel on each side, which differs from <see cref="Padding.Same"/> with a stride of 2.</summary>
    private static Features TorchConvolve(Features x, int filters, int stride, string name) => stride == 1
        ? x.Convolve(filters, 3, name, padding: Padding.Same)
        : x.Pad(1).Convolve(filters, 3, name, stride);

    private static Features TorchNormalize(this Features x, string name) => x.Normalize(name, TorchEpsilon, TorchMomentum);
}
