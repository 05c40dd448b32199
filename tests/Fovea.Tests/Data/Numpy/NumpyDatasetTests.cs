namespace Fovea.Tests.Data;

/// <summary>Data sets in a file that NumPy wrote (<c>tests/Golden/make_data_npz.py</c>), with the arrays of Keras' <c>mnist.npz</c>.</summary>
public sealed class NumpyDatasetTests : IDisposable
{
    private static readonly string Golden = Path.Combine(RepositoryFiles.Root, "tests", "Golden", "numpy", "data.npz");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_training_and_the_test_set_keep_values_and_shapes()
    {
        var (train, test) = NumpyDataset.Load(Golden);
        Assert.Equal((4, 2), (train.Count, test.Count));
        Assert.Equal([4, 3], train.InputShape);
        Assert.Equal(Shape.Scalar, train.TargetShape);
        Assert.Empty(train.ClassNames);
        Assert.Equal(Enumerable.Range(48, 12).Select(i => (float)(i * 7 % 256)), test[0].Input.Values);
        Assert.Equal([0, 2, 1, 2], train.Select(sample => sample.Target.Values[0]));
    }

    [Fact]
    public void Images_of_bytes_are_converted_to_a_range()
    {
        var (train, test) = NumpyDataset.Load(Golden, PixelRange.ZeroToOne);
        Assert.Equal([4, 3, 1], train.InputShape);
        Assert.Equal(["0", "1", "2", "3"], train.ClassNames);
        Assert.Equal(Enumerable.Range(48, 12).Select(i => i * 7 % 256 / 255f), test[0].Input.Values);
        Assert.Equal(PixelScale.ZeroToOne, train.ImageInput!.Pixels);
        Assert.Equal(["a", "b", "c", "d"], NumpyDataset.Load(Golden, PixelRange.ZeroToOne, ["a", "b", "c", "d"]).Test.ClassNames);
    }

    [Fact]
    public void Arrays_of_other_names_are_given()
    {
        var colors = NumpyDataset.Load(Golden, "colors", "column", PixelRange.MinusOneToOne);
        Assert.Equal([4, 3, 3], colors.InputShape);
        Assert.Equal(Shape.Scalar, colors.TargetShape);
        Assert.Equal([-1, -1, -1, (7 / 127.5f) - 1], colors[0].Input.Values[..4]);
        var ages = NumpyDataset.Load(Golden, "colors", "ages");
        Assert.Equal([1.5f, 2, 3, 4, 5, 6], ages.Select(sample => sample.Target.Values[0]));
    }

    [Fact]
    public void The_names_of_MedMNIST_are_found()
    {
        var path = Path.Combine(folder.Path, "pneumonia.npz");
        Tensor images = new([2, 1, 1], [1, 2]), labels = new([2, 1], [0, 1]);
        NumpyArchive.Save(
            path, ("train_images", images), ("train_labels", labels), ("val_images", images), ("val_labels", labels), ("test_images", images),
            ("test_labels", labels));
        Assert.Equal(2, NumpyDataset.Load(path, PixelRange.ZeroTo255).Test[1].Input.Values[0]);
        Assert.Equal(2, NumpyDataset.Load(path, "val_images", "val_labels").Count);
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        var path = Path.Combine(folder.Path, "x.npz");
        NumpyArchive.Save(path, ("x", new Tensor([1], [1])), ("y", new Tensor([1], [1])));
        Assert.Equal(
            "x.npz: expected the arrays x_train, y_train, x_test, y_test or train_images, train_labels, test_images, test_labels or train_data, train_labels, "
                + "test_data, test_labels; received x, y. Pass the names of the inputs and the targets.",
            Assert.Throws<InvalidDataException>(() => NumpyDataset.Load(path)).Message);
        Assert.Equal("data.npz: expected a target in 'few' for each input in 'colors'; received the shapes (5) and (6, 4, 3, 3).", Refusal("colors", "few"));
        Assert.Equal(
            "data.npz: expected images (samples, height, width) or (samples, height, width, channels) in 'ages', since a range is given; received (6).",
            Refusal("ages", "column"));
        Assert.Equal(
            "data.npz: expected one class number for each image in 'colors', since a range is given; received (6, 4, 3, 3).", Refusal("colors", "colors"));
        Assert.Equal(
            "data.npz: expected class numbers from 0 to 6 in 'ages', since a range is given; received 1.5 in sample 0.", Refusal("colors", "ages"));
        Assert.Equal(
            "data.npz: expected class numbers from 0 to 1 in 'column', since a range is given; received 2 in sample 1.",
            Assert.Throws<InvalidDataException>(
                () => NumpyDataset.Load(Golden, "colors", "column", PixelRange.ZeroToOne, classNames: ["a", "b"])).Message);
        var text = folder.Write("text.npz", "text"u8);
        Assert.StartsWith("text.npz: ", Assert.Throws<InvalidDataException>(() => NumpyDataset.Load(text)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => NumpyDataset.Load(Path.Combine(folder.Path, "missing.npz")));

        static string Refusal(string inputs, string targets) =>
            Assert.Throws<InvalidDataException>(() => NumpyDataset.Load(Golden, inputs, targets, PixelRange.ZeroToOne)).Message;
    }
}
