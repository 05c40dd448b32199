using Fovea.Formats.Hdf5;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats;

/// <summary>Networks that others trained on real photos, with their layers' values computed without Fovea.</summary>
public class PretrainedModelsTests
{
    private const string MobileNet = "pretrained/mobilenet_1_0_224_through_conv_pw_12.h5";
    private const string Reference = "pretrained/mobilenet_reference.h5";
    private const string ResNet = "models/cifar10-mlcommons-resnet8-k240.h5";

    /// <summary>
    /// The reference is in float64. Through 25 normalized convolutions the rounding of float32 (6e-8 of values up to 6, of sums of up to
    /// 1024 products each) adds up to some 1e-5; a wrong epsilon, padding or order of weights gives errors above 0.1.
    /// </summary>
    [Fact]
    public void MobileNet_gives_the_features_that_others_computed()
    {
        var (model, images, features) = Load();
        var inputs = new Tensor([2, 224, 224, 3], Array.ConvertAll(images, pixel => (pixel / 127.5f) - 1));
        var actual = model.Predict(inputs);
        Assert.Equal([2, 7, 7, 1024], actual.Shape);
        Assert.Equal(features.Length, actual.Values.Length);
        var worst = Enumerable.Range(0, features.Length).Max(i => Math.Abs(features[i] - actual.Values[i]));
        TestContext.Current.TestOutputHelper?.WriteLine($"worst absolute error {worst:G3}");
        Assert.True(worst < 1e-4, $"the worst absolute error is {worst}");
    }

    [Fact]
    public void MobileNet_has_its_number_of_parameters()
    {
        var (model, _, _) = Load();
        Assert.Equal(2_162_880, model.Parameters);
    }

    [Fact]
    public void A_residual_network_loads_with_its_number_of_parameters()
    {
        var path = TestData.Find(ResNet);
        Assert.SkipWhen(path is null, $"shared/data/{ResNet} is missing; set FOVEA_DATA.");
        var model = Model.Load(path);
        Assert.Equal(78_666, model.Parameters);
        Assert.Equal(3, model.Layers.OfType<Add>().Count());
    }

    [Theory]
    [InlineData(MobileNet)]
    [InlineData(ResNet)]
    public void A_pretrained_network_saved_as_keras_predicts_the_same(string file)
    {
        var path = TestData.Find(file);
        Assert.SkipWhen(path is null, $"shared/data/{file} is missing; set FOVEA_DATA.");
        var model = Model.Load(path);
        var inputs = new Tensor(model.InputShape.Prepend(1), LayerRunner.Normal(model.InputShape.Count));
        var saved = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.keras");
        try
        {
            model.Save(saved);
            Assert.Equal(model.Predict(inputs).Values, Model.Load(saved).Predict(inputs).Values);
        }
        finally
        {
            File.Delete(saved);
        }
    }

    private static (Model Model, float[] Images, float[] Features) Load()
    {
        var (path, reference) = (TestData.Find(MobileNet), TestData.Find(Reference));
        Assert.SkipWhen(path is null || reference is null, $"shared/data/{MobileNet} or shared/data/{Reference} is missing; set FOVEA_DATA.");
        using var file = Hdf5Reader.Open(reference);
        var images = file.Root.FindArray("images")!.ToStored().ReadIntegers();
        return (Model.Load(path), Array.ConvertAll(images, pixel => (float)pixel), file.Root.FindArray("features")!.ToStored().ReadFloats());
    }
}
