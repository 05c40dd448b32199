using Fovea.Formats.Hdf5;

namespace Fovea.Tests.Formats.Tflite;

/// <summary>Quantized networks that others trained and published, beside logits that were computed in float64 of the dequantized weights, without Fovea.</summary>
public sealed class PretrainedTfliteTests
{
    private const string Reference = "imagenet-samples/reference.h5";

    /// <summary>The file, its image size, its parameters, and its accuracies on the 200 photographs, in percent.</summary>
    public static TheoryData<string, int, int> Networks => new()
    {
        { "mobilenet_v1_0.25_128_quant", 128, 475_544 },
        { "mobilenet_v1_0.5_160_quant", 160, 1 },
        { "mobilenet_v2_1.0_224_quant", 224, 1 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_quantized_network_gives_the_logits_that_others_computed(string name, int size, int parameters)
    {
        var (path, reference) = (TestData.Find($"pretrained/tflite/{name}.tflite"), TestData.Find(Reference));
        Assert.SkipWhen(path is null || reference is null, $"shared/data/pretrained/tflite or shared/data/{Reference} is missing; set FOVEA_DATA.");
        var model = Model.Load(path, out var report);
        using var file = Hdf5Reader.Open(reference);
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        var pixels = file.Root.FindArray($"pixels/{size}")!.ToStored().ReadFloats();
        var logits = file.Root.FindArray($"networks/{name}/logits8")!.ToStored().ReadFloats();
        var expected = logits.Chunk(1001).SelectMany(Softmax).ToArray();
        var actual = model.Predict(new Tensor([8, size, size, 3], Array.ConvertAll(pixels, pixel => (pixel - 128) / 128))).Values.ToArray();
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"worst {worst:G3} {model.Parameters} {model.OutputShape} {parameters}");
        Assert.True(worst < 1e-4, $"the worst error of a probability is {worst:G3}");
    }

    private static double[] Softmax(float[] logits)
    {
        var most = logits.Max();
        var exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - most));
        var sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, value => value / sum);
    }
}
