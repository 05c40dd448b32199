using Fovea.Formats.Hdf5;
using Fovea.Imaging;

namespace Fovea.Tests.Formats.Tflite;

/// <summary>
/// Quantized networks that others trained and published, compared with logits that were computed in float64 of the dequantized weights, without Fovea.
/// </summary>
public sealed class PretrainedTfliteTests
{
    private const string Reference = "imagenet-samples/reference.h5";

    /// <summary>The file, its image size, and its weights, of which the published number counts the two sizes of a shape as well.</summary>
    public static TheoryData<string, int, int> Networks => new()
    {
        { "mobilenet_v1_0.25_128_quant", 128, 467_593 },
        { "mobilenet_v1_0.5_160_quant", 160, 1_326_633 },
        { "mobilenet_v2_1.0_224_quant", 224, 3_489_097 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_quantized_network_gives_the_logits_that_others_computed(string name, int size, int parameters)
    {
        var (path, reference) = Find($"pretrained/tflite/{name}.tflite");
        var model = Model.Load(path, out var report);
        Assert.Equal((parameters, 0), (model.Parameters, report.Count(TensorOutcome.Missing)));
        Assert.Equal(
            (1001, "background", "tench, Tinca tinca", "toilet tissue, toilet paper, bathroom tissue"),
            (model.ClassNames.Count, model.ClassNames[0], model.ClassNames[1], model.ClassNames[^1]));
        Assert.All(report.Tensors, tensor => Assert.Contains(tensor.StoredAs, (string?[])["uint8", "int32"]));
        Assert.Equal(new PixelScale(1, [128], [128]), model.ImageInput?.Pixels);
        using var file = Hdf5Reader.Open(reference);
        var pixels = file.Root.FindArray($"pixels/{size}")!.ToStored().ReadFloats();
        var logits = file.Root.FindArray($"networks/{name}/logits8")!.ToStored().ReadFloats();
        var expected = logits.Chunk(1001)
            .SelectMany(image => model.OutputShape.Count == 1001 && EndsInSoftmax(model) ? Softmax(image) : Array.ConvertAll(image, logit => (double)logit))
            .ToArray();
        var actual = model.Predict(new Tensor([8, size, size, 3], Array.ConvertAll(pixels, pixel => (pixel - 128) / 128))).Values.ToArray();
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"worst difference of a probability {worst:G3}");
        Assert.True(worst < (EndsInSoftmax(model) ? 1e-5 : 1e-4), $"the worst difference is {worst:G3}");
    }

    /// <summary>
    /// On the 200 photographs, whose pixels Fovea reads itself: its README says that another resizing than Pillow's, which rounds twice, changes the first
    /// class of about four.
    /// </summary>
    [Fact]
    public void The_smallest_network_scores_its_known_accuracy()
    {
        var (path, _) = Find("pretrained/tflite/mobilenet_v1_0.25_128_quant.tflite");
        var samples = Path.Combine(Path.GetDirectoryName(TestData.Find(Reference)!)!, "labels.tsv");
        var model = Model.Load(path);
        var (first, fifth) = (0, 0);
        var rows = File.ReadLines(samples).Skip(1).Select(line => line.Split('\t')).ToList();
        foreach (var row in rows)
        {
            var pixels = ImageFile.Read(Path.Combine(Path.GetDirectoryName(samples)!, "images", Path.GetFileName(row[0])), 128, 128, 3).Values.ToArray();
            var scores = model.Predict(new Tensor([1, 128, 128, 3], Array.ConvertAll(pixels, pixel => (MathF.Round(pixel * 255) - 128) / 128)))
                .Values.ToArray();
            var label = int.Parse(row[2], System.Globalization.CultureInfo.InvariantCulture) + 1;
            var place = scores.Count(score => score > scores[label]);
            first += place == 0 ? 1 : 0;
            fifth += place < 5 ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{first} and {fifth} of {rows.Count}");
        Assert.Equal(200, rows.Count);
        Assert.InRange(first, 78, 86);
        Assert.InRange(fifth, 130, 138);
    }

    /// <summary>A loaded network is one of floats like any other: it is saved in other formats and trained on.</summary>
    [Theory]
    [InlineData("keras")]
    [InlineData("h5")]
    [InlineData("onnx")]
    [InlineData("safetensors")]
    public void A_network_is_converted_to_the_bit(string extension)
    {
        var (path, _) = Find("pretrained/tflite/mobilenet_v1_0.25_128_quant.tflite");
        var model = Model.Load(path);
        var saved = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.{extension}");
        var input = new Tensor([1, 128, 128, 3], Layers.LayerRunner.Normal(128 * 128 * 3));
        try
        {
            model.Save(saved);
            var again = Model.Load(saved);
            Assert.Equal(model.ClassNames, again.ClassNames);
            Assert.Equal(model.ImageInput, again.ImageInput);
            Assert.Equal(model.Predict(input).Values, again.Predict(input).Values);
        }
        finally
        {
            File.Delete(saved);
        }
    }

    [Fact]
    public void A_network_learns_on()
    {
        var (path, _) = Find("pretrained/tflite/mobilenet_v1_0.25_128_quant.tflite");
        var model = Model.Load(path);
        model.Compile(new Adam(1e-3f), Loss.SparseCategoricalCrossentropy);
        var data = new TensorDataset([new Tensor([4, 128, 128, 3], Layers.LayerRunner.Normal(4 * 128 * 128 * 3))], [new Tensor([4, 1], [1f, 2, 3, 4])]);
        var losses = model.Fit(data, epochs: 3, batchSize: 4)["loss"];
        Assert.True(losses[^1] < losses[0], $"the losses are {string.Join(", ", losses)}");
    }

    private static (string Path, string Reference) Find(string file)
    {
        var (path, reference) = (TestData.Find(file), TestData.Find(Reference));
        Assert.SkipWhen(path is null || reference is null, $"shared/data/{file} or shared/data/{Reference} is missing; set FOVEA_DATA.");
        return (path, reference);
    }

    private static bool EndsInSoftmax(Model model) => model.Layers[^1] is ActivationLayer { Activation.Name: "softmax" };

    private static double[] Softmax(float[] logits)
    {
        var most = logits.Max();
        var exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - most));
        var sum = exponentials.Sum();
        return Array.ConvertAll(exponentials, value => value / sum);
    }
}
