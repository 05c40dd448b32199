using Fovea.Imaging;
using Fovea.Tests.Cli;

namespace Fovea.Tests.Imaging;

/// <summary>A photo has the same values wherever it is read: in training, in evaluation, in prediction and in the commands.</summary>
public sealed class OneReaderTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(150)]
    [InlineData(64)]
    [InlineData(28)]
    public void Data_sets_files_classifiers_and_commands_read_a_photo_to_the_same_values(int size)
    {
        var random = new Random(5);
        var levels = Enumerable.Range(0, 400).Select(_ => (byte)random.Next(256)).ToArray();
        var photo = folder.Image("data/cat/photo.jpg", 400, 300, x => levels[x]);
        folder.Image("data/dog/other.jpg", 300, 400, x => levels[399 - x]);
        File.WriteAllText(folder.Inside("list.csv"), "file,label\ncat/photo.jpg,cat\ndog/other.jpg,dog\n");
        var expected = ImageFile.Read(photo, size, size);

        var data = ImageFolder.Load(folder.Inside("data"), size, size);
        Assert.Equal(expected.Values, First(data));
        Assert.Equal(expected.Values, First(ImageFolderSplit.Load(Parts(photo), size, size).Training));
        Assert.Equal(expected.Values, First(ImageManifest.Load(folder.Inside("list.csv"), folder.Inside("data"), size, size)));
        Assert.Equal(expected.Values, ImageFile.Read(File.ReadAllBytes(photo), data.ImageInput).Values);
        using var stream = File.OpenRead(photo);
        Assert.Equal(expected.Values, ImageFile.Read(stream, data.ImageInput).Values);

        var model = new Sequential { new Input(size, size, 3), new Flatten(), new Dense(2, Activation.Softmax) };
        model.Compile(new Adam(), new SparseCategoricalCrossentropy());
        var probabilities = model.Predict(expected).Values;
        Assert.Equal(Classified(new ImageClassifier(model)), probabilities);
        (model.ImageInput, model.ClassNames) = (data.ImageInput, data.ClassNames);
        Assert.Equal(Classified(new ImageClassifier(model)), probabilities);

        model.Save(folder.Inside("model.keras"));
        var predicted = CommandRunner.Run("predict", folder.Inside("model.keras"), photo, "--json").Json.GetProperty("predictions")[0];
        Assert.Equal(probabilities.Max(), predicted.GetProperty("score").GetDouble(), 1e-7);
        var evaluated = CommandRunner.Run("evaluate", folder.Inside("model.keras"), "--data", folder.Inside("data"), "--json").Json;
        Assert.Equal(model.Evaluate(data).Loss, evaluated.GetProperty("loss").GetDouble(), 1e-6);

        float[] Classified(ImageClassifier classifier) =>
            [.. classifier.Predict(photo).OrderBy(entry => entry.Class).Select(entry => (float)entry.Probability)];
    }

    /// <summary>The photo in a folder that is split into parts.</summary>
    private string Parts(string photo)
    {
        foreach (var part in (string[])["train", "validation"])
            foreach (var name in (string[])["cat", "dog"])
            {
                Directory.CreateDirectory(folder.Inside($"parts/{part}/{name}"));
                File.Copy(photo, folder.Inside($"parts/{part}/{name}/photo.jpg"));
            }

        return folder.Inside("parts");
    }

    private static float[] First(Dataset data)
    {
        var (input, target) = (new float[data.InputShape.Count], new float[data.TargetShape.Count]);
        data.Read(0, input, target);
        return input;
    }
}
