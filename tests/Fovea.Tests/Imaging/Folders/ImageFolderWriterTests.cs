using Fovea.Imaging;
using Fovea.Tests.Data;

namespace Fovea.Tests.Imaging;

public sealed class ImageFolderWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(3, PixelRange.ZeroToOne)]
    [InlineData(3, PixelRange.ZeroTo255)]
    [InlineData(1, PixelRange.ZeroToOne)]
    [InlineData(1, PixelRange.ZeroTo255)]
    [InlineData(3, PixelRange.MinusOneToOne)]
    public void What_was_written_is_read_with_the_same_bytes(int channels, PixelRange range)
    {
        var written = Bytes(channels, range);
        ImageFolderWriter.Write(written, folder.Path, range);
        var read = ImageFolder.Load(folder.Path, 5, 7, new ImageFolderOptions { Channels = channels, Range = range, RefuseDamaged = true });
        Assert.Equal(["cats", "dogs"], read.ClassNames);
        Assert.Equal(["00001.png", "00003.png", "00000.png", "00002.png"], Enumerable.Range(0, 4).Select(i => Path.GetFileName(read.File(i))));
        foreach (var (i, original) in new[] { 1, 3, 0, 2 }.Index())
        {
            var (expected, actual) = (Read(written, original), Read(read, i));
            Assert.Equal(expected.Label, actual.Label);
            Assert.Equal(expected.Image, actual.Image);
        }
    }

    [Fact]
    public void A_folder_is_written_over_by_the_same_samples_and_refused_to_others()
    {
        ImageFolderWriter.Write(Bytes(3), folder.Path);
        var first = Path.Combine(folder.Path, "dogs", "00000.png");
        File.WriteAllText(first, "damaged");
        File.WriteAllText(Path.Combine(folder.Path, "dogs", ".DS_Store"), "what a person does not see");
        ImageFolderWriter.Write(Bytes(3), folder.Path);
        Assert.Equal(4, ImageFolder.Load(folder.Path, 5, 7, new ImageFolderOptions { RefuseDamaged = true }).Count);
        var error = Assert.Throws<IOException>(() => ImageFolderWriter.Write(Bytes(3).Take(3), folder.Path));
        Assert.Equal(
            $"ImageFolderWriter: expected a folder that is new, empty or written before from the same samples; '{folder.Path}' holds "
                + $"'{Path.Combine("cats", "00003.png")}'. Choose another folder.",
            error.Message);
    }

    [Fact]
    public void Data_that_are_no_images_of_classes_are_refused_in_one_sentence()
    {
        Assert.Equal(
            "ImageFolderWriter: expected images (height, width, 1 or 3); received (4). (Parameter 'dataset')",
            Refusal<ArgumentException>(new ArrayDataset(new float[4], [4], [0], Shape.Scalar, ["a"])));
        Assert.Equal(
            "ImageFolderWriter: expected images (height, width, 1 or 3); received (1, 2, 2). (Parameter 'dataset')",
            Refusal<ArgumentException>(new ArrayDataset(new float[4], [1, 2, 2], [0], Shape.Scalar, ["a"])));
        Assert.Equal(
            "ImageFolderWriter: expected class numbers as targets, of shape (); received (2). (Parameter 'dataset')",
            Refusal<ArgumentException>(new ArrayDataset(new float[4], [2, 2, 1], [0, 1], [2], ["a", "b"])));
        Assert.Equal(
            "ImageFolderWriter: expected a data set with class names, which become folders; received none. (Parameter 'dataset')",
            Refusal<ArgumentException>(new ArrayDataset(new float[4], [2, 2, 1], [0], Shape.Scalar)));
        Assert.Equal("ImageFolderWriter: expected class numbers from 0 to 1; received 2 in sample 0.", Refusal<InvalidDataException>(One(0, 2, "a", "b")));
        Assert.Equal("ImageFolderWriter: expected class numbers from 0 to 1; received 0.5 in sample 0.", Refusal<InvalidDataException>(One(0, 0.5f, "a", "b")));
        Assert.Equal(
            "ImageFolderWriter: expected pixels from 0 to 1 (PixelRange.ZeroToOne); received 1.5 in sample 0.",
                Refusal<InvalidDataException>(One(1.5f, 0, "a", "b")));
        Assert.Equal(
            "ImageFolderWriter: expected pixels from 0 to 255 (PixelRange.ZeroTo255); received NaN in sample 0.",
            Refusal<InvalidDataException>(One(float.NaN, 0, "a", "b"), PixelRange.ZeroTo255));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\0")]
    public void A_class_never_leaves_the_folder(string name) => Assert.Equal(
        $"ImageFolderWriter: expected class names that can be folders' names; received '{name}'. (Parameter 'dataset')",
            Refusal<ArgumentException>(One(0, 0, name)));

    [Fact]
    public void Classes_of_one_name_are_refused() => Assert.Equal(
        "ImageFolderWriter: expected different class names; received cats, Cats. (Parameter 'dataset')", Refusal<ArgumentException>(One(0, 0, "cats", "Cats")));

    private static ArrayDataset One(float pixel, float target, params string[] names) => new([pixel], [1, 1, 1], [target], Shape.Scalar, names);

    /// <summary>Four images of 5 × 7 pixels with many bytes, of the classes 1, 0, 1, 0.</summary>
    private static ByteImageDataset Bytes(int channels, PixelRange range = PixelRange.ZeroToOne) =>
        new([.. Enumerable.Range(0, 4 * 35 * channels).Select(i => (byte)((i * 37) + (i / 256)))], [5, 7, channels], [1, 0, 1, 0],
            ["cats", "dogs"])
        { Range = range };

    private static (float[] Image, float Label) Read(Dataset data, int index)
    {
        var image = new float[data.InputShape.Count];
        var label = new float[1];
        data.Read(index, image, label);
        return (image, label[0]);
    }

    private string Refusal<T>(Dataset data, PixelRange range = PixelRange.ZeroToOne)
        where T : Exception => Assert.Throws<T>(() => ImageFolderWriter.Write(data, folder.Path, range)).Message;
}
