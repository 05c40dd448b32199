namespace Fovea.Tests.Data;

public sealed class MnistTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void MNIST_has_the_published_class_counts()
    {
        var path = TestData.Find("mnist");
        Assert.SkipWhen(path is null, "MNIST is not here: set FOVEA_DATA to a folder that holds mnist/.");
        var (train, test) = Mnist.Load(path);
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], ClassCounts(train));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], ClassCounts(test));
        Assert.Equal(new Shape(28, 28, 1), train.InputShape);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], train.ClassNames);
    }

    [Fact]
    public void The_first_training_image_of_MNIST_is_a_five_with_pixels_from_0_to_1()
    {
        var path = TestData.Find("mnist");
        Assert.SkipWhen(path is null, "MNIST is not here: set FOVEA_DATA to a folder that holds mnist/.");
        var (input, target) = (new float[784], new float[1]);
        Mnist.Load(path).Train.Read(0, input, target);
        Assert.Equal(5, target[0]);
        Assert.Equal((0f, 1f), (input.Min(), input.Max()));
        Assert.Equal(27525 / 255.0, input.Sum(value => (double)value), 1e-4);
    }

    [Fact]
    public void Names_with_a_dot_and_files_without_gzip_are_found()
    {
        WriteAll(dotted: true, count: 3);
        var (train, test) = Mnist.Load(folder.Path, PixelRange.ZeroTo255, ["shirt", "shoe"]);
        Assert.Equal((3, 3), (train.Count, test.Count));
        Assert.Equal(["shirt", "shoe"], test.ClassNames);
        var (input, target) = (new float[6], new float[1]);
        train.Read(1, input, target);
        Assert.Equal([6, 7, 8, 9, 10, 11], input);
        Assert.Equal(1, target[0]);
    }

    [Fact]
    public void Files_that_are_missing_are_named()
    {
        WriteAll(dotted: false, count: 3);
        File.Delete(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"));
        File.Delete(Path.Combine(folder.Path, "train-images-idx3-ubyte"));
        Assert.Equal(
            $"MNIST: expected train-images-idx3-ubyte, t10k-labels-idx1-ubyte in '{folder.Path}', with or without .gz; received none. Mnist.DownloadAsync "
                + "fetches them.",
            Assert.Throws<FileNotFoundException>(() => Mnist.Load(folder.Path)).Message);
    }

    [Fact]
    public void Images_and_labels_of_different_number_are_refused()
    {
        var images = folder.Write("images", IdxBytes.File([3, 2, 2], new byte[12]));
        var labels = folder.Write("labels", IdxBytes.File([2], [0, 1]));
        Refused("labels: expected 3 labels, one for each image in images; received 2.", images, labels);
    }

    [Fact]
    public void A_label_outside_the_classes_is_refused()
    {
        var images = folder.Write("images", IdxBytes.File([2, 2, 2], new byte[8]));
        var labels = folder.Write("labels", IdxBytes.File([2], [9, 10]));
        Refused("labels: expected labels from 0 to 9; received 10 at 1.", images, labels);
    }

    [Fact]
    public void Images_and_labels_in_the_wrong_order_are_refused()
    {
        var images = folder.Write("images", IdxBytes.File([2, 2, 2], new byte[8]));
        var labels = folder.Write("labels", IdxBytes.File([2], [0, 1]));
        Refused("labels: expected images of dimensions (count, height, width); received (2).", labels, images);
        Refused("images: expected labels of dimensions (count); received (2, 2, 2).", images, images);
    }

    private static int[] ClassCounts(ByteImageDataset dataset)
    {
        var counts = new int[10];
        foreach (var label in dataset.Labels) counts[label]++;
        return counts;
    }

    private static void Refused(string message, string images, string labels) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => IdxImages.Load(images, labels)).Message);

    private void WriteAll(bool dotted, int count)
    {
        var mark = dotted ? "." : "-";
        foreach (var part in (string[])["train", "t10k"])
        {
            folder.Write($"{part}-images{mark}idx3-ubyte", IdxBytes.File([count, 2, 3], [.. Enumerable.Range(0, 6 * count).Select(i => (byte)i)]));
            folder.Write($"{part}-labels{mark}idx1-ubyte", IdxBytes.File([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 2))]));
        }
    }
}
