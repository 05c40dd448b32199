using Fovea.Formats.Hdf5;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>SqueezeNet 1.1, which others trained and published, compared with logits that were computed in float64 without Fovea.</summary>
public sealed class PretrainedOnnxTests
{
    private const string Reference = "imagenet-samples/reference.h5";
    private const int Size = 224;

    [Fact]
    public void SqueezeNet_gives_the_logits_that_others_computed()
    {
        var (path, reference) = (TestData.Find("pretrained/squeezenet11.onnx"), TestData.Find(Reference));
        Assert.SkipWhen(path is null || reference is null, $"shared/data/pretrained/squeezenet11.onnx or shared/data/{Reference} is missing; set FOVEA_DATA.");
        var model = Model.Load(path, out var report);
        Assert.Equal((1_235_496, 0), (model.Parameters, report.Count(TensorOutcome.Missing)));
        using var file = Hdf5Reader.Open(reference);
        var pixels = file.Root.FindArray($"pixels/{Size}")!.ToStored().ReadFloats();
        var expected = file.Root.FindArray("networks/squeezenet11-npy/logits8")!.ToStored().ReadFloats();
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        var actual = model.Predict(new Tensor([8, Size, Size, 3], [.. pixels.Select((pixel, i) => ((pixel / 255) - mean[i % 3]) / deviation[i % 3])]))
            .Values.ToArray();

        // Scores of up to 40 behind sums of up to 4608 products.
        OnnxRuntime.AssertEqual(expected, actual, 4608, "SqueezeNet");
        var (places, best) =
            (expected.Chunk(1000).Select(scores => Array.IndexOf(scores, scores.Max())),
            actual.Chunk(1000).Select(scores => Array.IndexOf(scores, scores.Max())));
        Assert.Equal(places, best);
    }
}
