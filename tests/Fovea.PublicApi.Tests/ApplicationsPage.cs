using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The code of docs/applications.md, which <see cref="ApplicationsPageTests"/> compares and runs.</summary>
internal static class ApplicationsPage
{
    public static void Classify()
    {
        var model = Applications.MobileNet(new() { Alpha = 0.25, Weights = "imagenet" });
        var photo = ImageFile.Read("cat.jpg", model.ImageInput!);
        foreach (var best in Applications.DecodePredictions(model.Predict(photo), top: 3)[0])
            Console.WriteLine($"{best.Name} {best.Score:0.00}");
    }

    public static Model Transfer(string weights)
    {
        var pretrained = Applications.MobileNetV2(new() { IncludeTop = false, InputShape = [160, 160, 3], Weights = weights });
        pretrained.Trainable = false;
        var input = new Input(160, 160, 3);
        var features = new GlobalAveragePooling2D().Call(pretrained.Call(input, training: false));
        var classifier = new Model(input, new Dense(2, Activation.Softmax).Call(features));
        return classifier;
    }
}
