using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

public sealed class ImageInputTests : IDisposable
{
    private static readonly PixelScale[] Scales =
        [PixelScale.ZeroToOne, PixelScale.ZeroTo255, PixelScale.MinusOneToOne, PixelScale.ImageNet, PixelScale.Caffe, new(1, [128], [128]),
            new(255, [0.1307f], [0.3081f])];

    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Byte / 255, the byte, byte / 127.5 − 1, (byte / 255 − mean) / deviation and byte − mean, each worked out in 32 bits as it is written.</summary>
    [Fact]
    public void Settings_that_differ_are_listed_with_both_values()
    {
        var own = new ImageInput(4, 4) { Resize = ResizeMethod.Nearest };
        var other = own with { Pixels = PixelScale.ZeroTo255, Antialias = false };
        Assert.Equal([new ImageInputDifference("pixels", "0..1", "0..255")], own.DifferencesFrom(other));
        Assert.Equal("pixels: 0..1 and 0..255", own.DifferencesFrom(other)[0].ToString());
        Assert.Empty(own.DifferencesFrom(own));
    }

    [Fact]
    public void Bytes_become_the_numbers_that_the_formulas_say()
    {
        byte[] pixels = [0, 51, 255];
        Assert.Equal([0 / 255f, 51 / 255f, 255 / 255f], Values(new ImageInput(1, 1), pixels));
        Assert.Equal([0, 51, 255], Values(new ImageInput(1, 1) { Pixels = PixelRange.ZeroTo255 }, pixels));
        Assert.Equal([(0 / 127.5f) - 1, (51 / 127.5f) - 1, (255 / 127.5f) - 1], Values(new ImageInput(1, 1) { Pixels = PixelRange.MinusOneToOne }, pixels));
        Assert.Equal(
            [((0 / 255f) - 0.485f) / 0.229f, ((51 / 255f) - 0.456f) / 0.224f, ((255 / 255f) - 0.406f) / 0.225f],
            Values(new ImageInput(1, 1) { Pixels = PixelScale.ImageNet }, pixels));
        Assert.Equal(
            [255 - 103.939f, 51 - 116.779f, 0 - 123.68f], Values(new ImageInput(1, 1) { Pixels = PixelScale.Caffe, Order = ChannelOrder.Bgr }, pixels));
        Assert.Equal([((51 / 255f) - 0.1307f) / 0.3081f], Values(new ImageInput(1, 1, 1) { Pixels = new PixelScale(255, [0.1307f], [0.3081f]) }, [51]));
    }

    [Fact]
    public void Numbers_become_parts_of_one_to_be_shown()
    {
        foreach (var scale in Scales)
        {
            var input = new ImageInput(1, 2) { Pixels = scale, Order = ChannelOrder.Bgr };
            byte[] pixels = [0, 10, 20, 100, 200, 255];
            var values = Values(input, pixels);
            input.ToUnit(values);
            for (var i = 0; i < 6; i++) Assert.Equal(pixels[i] / 255.0, values[i], 1e-5);
        }
    }

    /// <summary>All that reads images gives the same bits, whatever the settings; the digits' framing is among them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_reader_gives_the_same_bits(int channels)
    {
        string[] files = [Photo("a/1.jpg", 40, 31, 6), Photo("a/2.jpg", 23, 57, 1), Photo("b/1.jpg", 9, 14, 3)];
        foreach (var input in Settings(channels))
        {
            var model = new Sequential { new Input(input.Shape.Dimensions), new Flatten(), new Dense(2, Activation.Softmax) };
            var classifier = new ImageClassifier(model, input);
            foreach (var keep in (bool[])[true, false])
            {
                var data = ImageFolder.Load(folder.Path, input, keepInMemory: keep);
                Assert.Equal(input, data.ImageInput);
                for (var i = 0; i < files.Length; i++)
                {
                    var read = new float[input.Shape.Count];
                    data.Read(i, read, new float[1]);
                    Assert.Equal(files[i], data.File(i));
                    Assert.Equal(ImageFile.Read(files[i], input).Values, read);
                    var bytes = File.ReadAllBytes(files[i]);
                    Assert.Equal(ImageFile.Read(bytes, input).Values, read);
                    Assert.Equal(ImageFile.Read(new MemoryStream(bytes), input).Values, read);
                    var expected = OutputKind.Probabilities.ToProbabilities(model.Predict(new Tensor(input.Shape.Prepend(1), read)).Values);
                    Assert.Equal(expected, ByClass(classifier.Predict(files[i])));
                    Assert.Equal(expected, ByClass(classifier.Predict(bytes)));
                    Assert.Equal(expected, ByClass(classifier.Predict(new MemoryStream(bytes))));
                    var own = new double[2];
                    classifier.Predict(bytes, own);
                    Assert.Equal(expected, own);
                }
            }
        }
    }

    /// <summary>
    /// tensorflow#46255: data sets that do not antialias and a server that does. Two textures that only antialiasing tells apart otherwise: the model carries
    /// how it learned.
    /// </summary>
    [Fact]
    public void A_classifier_sees_what_training_saw()
    {
        var random = new Random(3);
        for (var i = 0; i < 30; i++)
        {
            Texture($"fine/{i}.jpg", random, period: 2);
            Texture($"rough/{i}.jpg", random, period: 16);
        }

        var data = ImageFolder.Load(folder.Path, 64, 64, new ImageFolderOptions { Antialias = false });
        var model =
            new Sequential { new Input(64, 64, 3), new Conv2D(8, 3, activation: Activation.Relu), new GlobalAveragePooling2D(),
            new Dense(2, Activation.Softmax) };
        model.Compile(new Adam(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(data, epochs: 10, batchSize: 8);
        Assert.Equal(data.ImageInput, model.ImageInput);
        Assert.False(model.ImageInput!.Antialias);
        var path = Path.Combine(folder.Path, "model.keras");
        model.Save(path);
        var classifier = new ImageClassifier(Model.Load(path));
        Assert.Equal(data.ImageInput, classifier.Input);
        for (var i = 0; i < data.Count; i++)
        {
            var read = new float[data.InputShape.Count];
            data.Read(i, read, new float[1]);
            Assert.Equal(
                OutputKind.Probabilities.ToProbabilities(model.Predict(new Tensor(data.InputShape.Prepend(1), read)).Values),
                ByClass(classifier.Predict(data.File(i))));
        }

        var right = Enumerable.Range(0, data.Count).Count(i => classifier.Predict(data.File(i))[0].Class == data.Label(i));
        Assert.Equal(model.Evaluate(data).Accuracy, (double)right / data.Count, 1e-9);
    }

    [Fact]
    public void Data_that_were_read_in_another_way_are_refused_by_the_model()
    {
        var random = new Random(3);
        foreach (var name in (string[])["fine/0.jpg", "fine/1.jpg", "rough/0.jpg", "rough/1.jpg"]) Texture(name, random, period: name[0] == 'f' ? 2 : 16);
        var data = ImageFolder.Load(folder.Path, 64, 64);
        var model = new Sequential("net") { new Input(64, 64, 3), new GlobalAveragePooling2D(), new Dense(2, Activation.Softmax) };
        model.Compile(new Adam(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(data, epochs: 1);
        var other = ImageFolder.Load(folder.Path, data.ImageInput with { Antialias = false, Pixels = PixelScale.MinusOneToOne });
        const string Message = "net: expected images with the preprocessing of the model's ImageInput; the data set has another (pixels: 0..1 and -1..1; "
            + "antialias: True and False, the model's first). "
            + "Load the data with model.ImageInput, or set model.ImageInput to the data set's.";
        Assert.Equal(Message, Assert.Throws<TrainingException>(() => model.Fit(other)).Message);
        Assert.Equal(Message, Assert.Throws<TrainingException>(() => model.Fit(data, validation: other)).Message);
        Assert.Equal(Message, Assert.Throws<TrainingException>(() => model.Evaluate(other.Take(3))).Message);
        Assert.Equal(Message, Assert.Throws<TrainingException>(() => ConfusionMatrix.Of(model, other)).Message);
        model.Evaluate(ImageFolder.Load(folder.Path, model.ImageInput!));
        model.ImageInput = other.ImageInput;
        model.Evaluate(other);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused()
    {
        Assert.Equal("ImageInput: expected 1 channel for a digit; received 3.", Refusal(new ImageInput(4, 4) { Framing = ImageFraming.Digit }));
        Assert.Equal(
            "ImageInput: expected one mean and one deviation for grey images; received (byte / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225).",
            Refusal(new ImageInput(4, 4, 1) { Pixels = PixelScale.ImageNet }));
        Assert.Equal(
            "ImageInput: expected ChannelOrder.Rgb for grey images, which have one channel; received Bgr.",
            Refusal(new ImageInput(4, 4, 1) { Order = ChannelOrder.Bgr }));
        Assert.Equal(
            "PixelScale: expected finite deviations above 0; received 0. (Parameter 'deviation')",
            Assert.Throws<ArgumentException>(() => new PixelScale(1, [0], [0])).Message);
        Assert.Equal(
            "PixelScale: expected one mean, or one for each of three channels; received (1, 2). (Parameter 'mean')",
            Assert.Throws<ArgumentException>(() => new PixelScale(1, [1, 2], [1])).Message);
        Assert.Equal(
            "PixelScale: expected a finite divisor above 0; received NaN. (Parameter 'divisor')",
            Assert.Throws<ArgumentException>(() => new PixelScale(float.NaN, [1], [1])).Message);

        static string Refusal(ImageInput input) => Assert.Throws<ArgumentException>(() => new Sequential { new Input(4, 4, 3) }.ImageInput = input).Message;
    }

    [Fact]
    public void A_stream_that_is_no_image_is_refused_in_one_sentence()
    {
        var input = new ImageInput(4, 4);
        Assert.StartsWith(
            "the image ", Assert.Throws<InvalidDataException>(() => ImageFile.Read("not an image"u8, input)).Message, StringComparison.Ordinal);
        Assert.Equal(
            "the image is empty; expected an image file such as PNG or JPEG.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(new MemoryStream(), input)).Message);
    }

    private static IEnumerable<ImageInput> Settings(int channels)
    {
        var scales = Scales.Where(scale => channels == 3 || (scale.Mean.Count == 1 && scale.Deviation.Count == 1)).ToArray();
        var next = 0;
        foreach (var method in Enum.GetValues<ResizeMethod>())
            foreach (var antialias in (bool[])[true, false])
                foreach (var fit in Enum.GetValues<ImageFit>())
                    foreach (var upright in (bool[])[true, false])
                    {
                        next++;
                        yield return new ImageInput(12, 10, channels)
                        {
                            Resize = method,
                            Antialias = antialias,
                            Fit = fit,
                            ApplyOrientation = upright,
                            ManageColors = next % 3 == 0,
                            Order = channels == 3 && next % 2 == 0 ? ChannelOrder.Bgr : ChannelOrder.Rgb,
                            Pixels = scales[next % scales.Length],
                            Framing = channels == 1 && next % 4 == 0 ? ImageFraming.Digit : ImageFraming.Whole,
                        };
                    }
    }

    private static double[] ByClass(IReadOnlyList<ClassProbability> classes) => [.. classes.OrderBy(entry => entry.Class).Select(entry => entry.Probability)];

    private static float[] Values(ImageInput input, byte[] pixels)
    {
        var values = new float[pixels.Length];
        input.ToValues(pixels, values);
        return values;
    }

    /// <summary>A JPEG with an orientation in its EXIF data.</summary>
    private string Photo(string name, int width, int height, byte orientation)
    {
        var random = new Random(width);
        var path = Save(name, width, height, (_, _) => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        var jpeg = File.ReadAllBytes(path);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(path, [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        return path;
    }

    private void Texture(string name, Random random, int period)
    {
        var (x0, y0) = (random.Next(64), random.Next(64));
        Save(name, 256, 256, (x, y) => new SKColor((byte)((((x + x0) / period) + ((y + y0) / period)) % 2 * 255), 128, (byte)random.Next(100)));
    }

    private string Save(string name, int width, int height, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, color(x, y));
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        var path = folder.Inside(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }
}
