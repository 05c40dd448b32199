using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>
/// Networks by others on 200 photographs: which numbers they take is found or told, and the shares of first classes that are right were computed independently.
/// </summary>
public class PretrainedImagesTests
{
    private const int Few = 12;

    private static bool IsSlow => Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1";

    [Fact]
    public void Keras_MobileNet_is_known_by_its_layers_and_right_as_often_as_published()
    {
        var model = Load("pretrained/mobilenet-025-224-tfjs/mobilenet_model.json");
        var classifier = new ImageClassifier(model);
        Assert.Equal((PixelScale.MinusOneToOne, ImageInputSource.Names), (classifier.Input.Pixels, classifier.Finding.Source));
        Assert.Equal("its layers are named as those of MobileNet, which takes -1..1", classifier.Finding.Reason);
        Assert.Equal("tench", classifier.Labels[0]);
        Assert.Equal("toilet_tissue", classifier.Labels[999]);
        Right(classifier, 116, column: 2);
    }

    [Fact]
    public void SqueezeNet_takes_mean_and_deviation()
    {
        var model = Load("pretrained/squeezenet11.onnx");
        Assert.True(ImageInputFinding.Of(model).IsAssumed);
        var classifier = new ImageClassifier(model, new ImageInput(224, 224) { Pixels = PixelScale.ImageNet });
        Assert.Equal(OutputKind.Values, classifier.OutputKind);
        Right(classifier, 117, column: 2);
    }

    [Fact]
    public void Tiny_Darknet_gives_logits()
    {
        var model = Load("pretrained/tiny-darknet-tfjs/model.json");
        Assert.Equal(OutputKind.Logits, model.OutputKind);
        Assert.Equal("0", ImageClassifier.LabelsOf(model)[0]);
    }

    /// <summary>The pixels that Pillow makes of the photographs are in reference.h5; here those of one are compared by the classes that they give.</summary>
    private static void Right(ImageClassifier classifier, int expected, int column)
    {
        var rows = File.ReadAllLines(TestData.Find("imagenet-samples/labels.tsv")!).Skip(1).Select(line => line.Split('\t')).ToList();
        if (!IsSlow) rows = rows[..Few];
        var folder = TestData.Find("imagenet-samples/images")!;
        var classes = classifier.PredictAll(rows.Select(row => Path.Combine(folder, Path.GetFileName(row[0])))).ToList();
        var right = rows.Zip(classes).Count(pair => int.Parse(pair.First[column], CultureInfo.InvariantCulture) == pair.Second[0].Class);
        if (IsSlow) Assert.Equal(expected, right);
        else Assert.InRange(right, Few / 3, Few);
    }

    private static Model Load(string file)
    {
        var path = TestData.Find(file);
        Assert.SkipWhen(
            path is null || TestData.Find("imagenet-samples/labels.tsv") is null, $"shared/data/{file} or imagenet-samples is missing; set FOVEA_DATA.");
        return Model.Load(path);
    }
}
