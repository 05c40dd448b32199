namespace Fovea.Tests.Data;

public sealed class CifarTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The layout of https://www.cs.toronto.edu/~kriz/cifar.html: the label, then 1024 red, 1024 green and 1024 blue bytes, row after row.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin")]
    public void CIFAR_10_is_read_from_its_six_files(string inner)
    {
        WriteTen(inner);
        var (train, test) = Cifar.Load(folder.Path, PixelRange.ZeroTo255);
        Assert.Equal((10, 2), (train.Count, test.Count));
        Assert.Equal("airplane", train.ClassNames[0]);
        Assert.Equal([32, 32, 3], train.InputShape);
        Assert.Equal([1, 2, 2, 3, 3, 4, 4, 5, 5, 6], train.Labels.ToArray());
        Assert.Equal([9, 8], test.Labels.ToArray());
        var (image, target) = (new float[3072], new float[1]);
        test.Read(1, image, target);
        Assert.Equal(8, target[0]);
        for (var i = 0; i < 1024; i++)
            for (var channel = 0; channel < 3; channel++) Assert.Equal(Pixel(8, (channel * 1024) + i), image[(3 * i) + channel]);
    }

    [Theory]
    [InlineData(false, 100, 77)]
    [InlineData(true, 20, 4)]
    public void CIFAR_100_has_fine_and_coarse_labels(bool coarse, int classes, int label)
    {
        WriteHundred();
        var (train, test) = Cifar.Load(folder.Path, coarse: coarse);
        Assert.Equal((classes, 1, 1), (train.ClassNames.Count, train.Count, test.Count));
        Assert.Equal(label, train.Labels[0]);
        Assert.Equal(Pixel(77, 1024), train.Pixels(0)[1]);
    }

    [Fact]
    public void Files_that_are_missing_or_have_another_size_are_refused()
    {
        Assert.Equal(
            $"CIFAR: expected data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100) in '{folder.Path}'; received none. Download the binary version, "
                + "cifar-10-binary.tar.gz or cifar-100-binary.tar.gz, from https://www.cs.toronto.edu/~kriz/cifar.html and unpack it with tar -xzf.",
            Assert.Throws<FileNotFoundException>(() => Cifar.Load(folder.Path)).Message);
        folder.Write("data_batch_1", "pickle"u8);
        Assert.Contains("received the Python version.", Assert.Throws<FileNotFoundException>(() => Cifar.Load(folder.Path)).Message, StringComparison.Ordinal);
        WriteTen("");
        Assert.Equal(
            "CIFAR: expected CIFAR-100 for superclasses; CIFAR-10 has none. (Parameter 'coarse')",
            Assert.Throws<ArgumentException>(() => Cifar.Load(folder.Path, coarse: true)).Message);
        var batch = folder.Write("data_batch_3.bin", new byte[3074]);
        Assert.Equal(
            $"CIFAR: expected a multiple of 3073 bytes in '{batch}', 3073 for each image; received 3074. The file is cut off or another one.", Refusal());
        folder.Write("data_batch_3.bin", Record([12]));
        Assert.Equal($"CIFAR: expected labels from 0 to 9 in '{batch}'; received 12 for image 0.", Refusal());
        var names = folder.Write("batches.meta.txt", "one\ntwo\n"u8);
        Assert.Equal($"CIFAR: expected 10 names of classes in '{names}'; received 2.", Refusal());
        File.Delete(names);
        File.Delete(batch);
        Assert.Equal(
            "CIFAR: expected data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin, test_batch.bin, batches.meta.txt in "
                + $"'{folder.Path}'; missing: data_batch_3.bin, batches.meta.txt.",
            Assert.Throws<FileNotFoundException>(() => Cifar.Load(folder.Path)).Message);
        WriteHundred();
        Assert.Equal($"CIFAR: expected CIFAR-10 or CIFAR-100 in '{folder.Path}'; received both. Give the folder of one.", Refusal());
    }

    private static byte Pixel(int label, int place) => (byte)((place * 7 / 3) + label);

    private static byte[] Record(byte[] labels) => [.. labels, .. Enumerable.Range(0, 3072).Select(place => Pixel(labels[^1], place))];

    private string Refusal() => Assert.Throws<InvalidDataException>(() => Cifar.Load(folder.Path)).Message;

    private void WriteTen(string inner)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, inner));
        for (byte i = 1; i <= 5; i++)
            folder.Write(Path.Combine(inner, $"data_batch_{i}.bin"), (byte[])[.. Record([i]), .. Record([(byte)(i + 1)])]);
        folder.Write(Path.Combine(inner, "test_batch.bin"), (byte[])[.. Record([9]), .. Record([8])]);
        folder.Write(
            Path.Combine(inner, "batches.meta.txt"), "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"u8);
    }

    private void WriteHundred()
    {
        folder.Write("train.bin", Record([4, 77]));
        folder.Write("test.bin", Record([19, 99]));
        File.WriteAllLines(Path.Combine(folder.Path, "fine_label_names.txt"), Enumerable.Range(0, 100).Select(i => $"fine {i}"));
        File.WriteAllLines(Path.Combine(folder.Path, "coarse_label_names.txt"), Enumerable.Range(0, 20).Select(i => $"coarse {i}"));
    }
}
