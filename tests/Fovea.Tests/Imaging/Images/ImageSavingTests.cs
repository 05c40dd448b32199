using Fovea.Imaging;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

public sealed class ImageSavingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(PixelRange.ZeroToOne)]
    [InlineData(PixelRange.ZeroTo255)]
    [InlineData(PixelRange.MinusOneToOne)]
    public void A_saved_image_is_read_back_with_the_same_values(PixelRange range)
    {
        foreach (var (shape, channels) in ((Shape, int)[])[
            ([4, 64], 1), ([4, 64, 1], 1), ([1, 4, 64, 1], 1), ([1, 4, 64], 1), ([8, 32, 3], 3), ([1, 8, 32, 3], 3)])
        {
            var image = EveryByte(shape, range);
            foreach (var (name, quality) in ((string, int)[])[("image.png", 95), ("image.webp", 100)])
            {
                var path = Path.Combine(folder.Path, name);
                ImageFile.Save(image, path, range, quality: quality);
                var read = ImageFile.Read(path, range, channels);
                Assert.Equal(image.Values, read.Values);
                Assert.Equal([1, image.Values.Length / channels / (channels == 1 ? 64 : 32), channels == 1 ? 64 : 32, channels], read.Shape);
            }
        }
    }

    /// <summary>The frame header (SOF0) has for each component its number, its sampling factors and a table: 2 × 2 for brightness, 1 × 1 for color.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    public void Jpeg_stores_color_at_half_the_resolution(int quality)
    {
        var bytes = ImageFile.Encode(Tensor.RandomUniform([16, 16, 3], seed: 1), ImageFormat.Jpeg, quality: quality);
        var frame = bytes.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        Assert.Equal([0x22, 0x11, 0x11], new[] { 0, 1, 2 }.Select(component => bytes[frame + 11 + (3 * component)]));
    }

    [Fact]
    public void The_opacity_is_the_fourth_channel()
    {
        var image = new Tensor([1, 2, 4], [1, 0.2f, 0.4f, 0, 0.4f, 0.6f, 1, 0.8f]);
        ImageFile.Save(image, Path.Combine(folder.Path, "clear.png"));
        using var bitmap = SKBitmap.Decode(Path.Combine(folder.Path, "clear.png"), new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Assert.Equal([255, 51, 102, 0, 102, 153, 255, 204], bitmap.Bytes);
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("photo.JPEG")]
    [InlineData("photo.webp")]
    public void Formats_with_loss_stay_close(string name)
    {
        var image = new Tensor([32, 32, 3], [.. Enumerable.Range(0, 32 * 32 * 3).Select(i => i / (32 * 32 * 3f))]);
        ImageFile.Save(image, Path.Combine(folder.Path, name));
        var read = ImageFile.Read(Path.Combine(folder.Path, name)).Values;
        for (var i = 0; i < read.Length; i++) Assert.Equal(image.Values[i], read[i], 0.03f);
    }

    [Fact]
    public void Streams_and_bytes_hold_the_same_file()
    {
        var image = EveryByte([16, 16], PixelRange.ZeroToOne);
        using var stream = new MemoryStream();
        ImageFile.Save(image, stream, ImageFormat.Png);
        Assert.Equal(ImageFile.Encode(image), stream.ToArray());
        stream.Position = 0;
        Assert.Equal(image.Values, ImageFile.Read(stream, channels: 1).Values);
        Assert.Equal(SKEncodedImageFormat.Jpeg, ImageFormatOf(ImageFile.Encode(image, ImageFormat.Jpeg)));
        Assert.Equal(SKEncodedImageFormat.Webp, ImageFormatOf(ImageFile.Encode(image, ImageFormat.Webp)));

        static SKEncodedImageFormat ImageFormatOf(byte[] file)
        {
            using var data = SKData.CreateCopy(file);
            using var codec = SKCodec.Create(data);
            return codec.EncodedFormat;
        }
    }

    [Fact]
    public void A_mask_is_saved_and_read_back_as_labels()
    {
        var mask = new Tensor([1, 2, 5], [0, 1, 2, 20, 255, 7, 7, 7, 0, 3]);
        ImageFile.Save(mask, Path.Combine(folder.Path, "mask.png"), PixelRange.ZeroTo255);
        var read = ImageFile.ReadMask(Path.Combine(folder.Path, "mask.png"));
        Assert.Equal(mask.Shape, read.Shape);
        Assert.Equal(mask.Values, read.Values);
    }

    [Fact]
    public void A_network_s_input_is_saved_with_its_preprocessing_reversed()
    {
        var path = Path.Combine(folder.Path, "photo.png");
        ImageFile.Save(EveryByte([8, 32, 3], PixelRange.ZeroToOne), path);
        foreach (var input in (ImageInput[])[
            new(8, 32) { Pixels = PixelScale.Caffe, Order = ChannelOrder.Bgr }, new(8, 32) { Pixels = PixelScale.ImageNet },
            new(8, 32) { Pixels = PixelScale.MinusOneToOne }])
        {
            var copy = Path.Combine(folder.Path, "copy.png");
            ImageFile.Save(ImageFile.Read(path, input), copy, input);
            Assert.Equal(ImageFile.Read(path).Values, ImageFile.Read(copy).Values);
        }

        var shifted = ImageFile.Read(path, new ImageInput(8, 32) { Pixels = PixelScale.Caffe, Order = ChannelOrder.Bgr });
        shifted.Values[5] = 200;
        Assert.Equal(
            "ImageFile.Save: expected values of pixels (byte - (103.939, 116.779, 123.68)) / 1; received values from -123.68 to 200. Pass clip: true "
                + "to cut them "
                + "off.",
            Assert.Throws<ArgumentException>(
                () => ImageFile.Save(shifted, path, new ImageInput(8, 32) { Pixels = PixelScale.Caffe, Order = ChannelOrder.Bgr })).Message);
    }

    [Fact]
    public void Values_outside_the_range_are_refused_unless_they_are_cut_off_or_scaled()
    {
        var path = Path.Combine(folder.Path, "image.png");
        Assert.Equal(
            "ImageFile.Save: expected values from 0 to 1 (PixelRange.ZeroToOne); received values from 0 to 254. Pass PixelRange.ZeroTo255 if that is their "
                + "range, clip: true to cut them off, or scale: true to map the smallest to black and the largest to white.",
            Refusal(new Tensor([1, 2], [0, 254])));
        Assert.Equal(
            "ImageFile.Save: expected values from 0 to 1 (PixelRange.ZeroToOne); received values from -0.5 to 1. Pass PixelRange.MinusOneToOne if "
                + "that is their "
                + "range, clip: true to cut them off, or scale: true to map the smallest to black and the largest to white.",
            Refusal(new Tensor([1, 2], [-0.5f, 1])));
        Assert.Equal(
            "ImageFile.Save: expected values from 0 to 255 (PixelRange.ZeroTo255); received values from -3 to 300. Pass clip: true to cut them off, or scale: "
                + "true to map the smallest to black and the largest to white.",
            Assert.Throws<ArgumentException>(() => ImageFile.Save(new Tensor([1, 2], [-3, 300]), path, PixelRange.ZeroTo255)).Message);
        Assert.False(File.Exists(path));
        ImageFile.Save(new Tensor([1, 3], [-3, 0.2f, 300]), path, clip: true);
        Assert.Equal([0, 0.2f, 1], ImageFile.Read(path, channels: 1).Values);
        ImageFile.Save(new Tensor([1, 3], [-10, 0, 15]), path, scale: true);
        Assert.Equal([0, 102, 255], ImageFile.Read(path, PixelRange.ZeroTo255, 1).Values);
        ImageFile.Save(new Tensor([1, 2], [7, 7]), path, scale: true);
        Assert.Equal([0, 0], ImageFile.Read(path, channels: 1).Values);

        // The error of rounding to bytes is half a level, so a value that is less outside is not cut off.
        ImageFile.Save(new Tensor([1, 2], [-1e-7f, 1.0000001f]), path);
        Assert.Equal([0, 1], ImageFile.Read(path, channels: 1).Values);

        string Refusal(Tensor image) => Assert.Throws<ArgumentException>(() => ImageFile.Save(image, path)).Message;
    }

    [Fact]
    public void What_is_no_image_is_refused()
    {
        Assert.Equal(
            "ImageFile.Save: expected an image (height, width) or (height, width, 1, 3 or 4), or a batch of one; received (2, 4, 4, 3). Save the images of a "
                + "batch one by one. (Parameter 'image')",
            Refusal("a.png", new Tensor([2, 4, 4, 3], new float[96])));
        Assert.Equal(
            "ImageFile.Save: expected an image (height, width) or (height, width, 1, 3 or 4), or a batch of one; received (4, 4, 2). (Parameter 'image')",
            Refusal("a.png", new Tensor([4, 4, 2], new float[32])));
        Assert.Equal(
            "ImageFile.Save: expected finite values; received NaN at row 1, column 0, channel 2.",
            Refusal("a.png", new Tensor([2, 1, 3], [0, 0, 0, 0, 0, float.NaN])));
        Assert.Equal(
            "ImageFile.Save: JPEG cannot hold the opacity of an image of 4 channels; save it as .png or .webp.",
            Refusal("a.jpg", new Tensor([1, 1, 4], new float[4])));
        var path = Path.Combine(folder.Path, "a.bmp");
        Assert.Equal(
            $"ImageFile.Save: expected a file name that ends with .png, .jpg or .webp; received .bmp in '{path}'. (Parameter 'path')",
            Refusal("a.bmp", new Tensor([1, 1], new float[1])));
        Assert.Equal(
            "ImageFile.Save: Webp cannot hold an image of 20000 × 1 pixels; the longest side is 16383.",
            Refusal("a.webp", new Tensor([1, 20000], new float[20000])));
        Assert.Equal(
            "ImageFile.Save: expected a quality from 1 to 100; received 0. (Parameter 'quality')",
            Assert.Throws<ArgumentOutOfRangeException>(() => ImageFile.Encode(new Tensor([1, 1], [0]), quality: 0)).Message);

        string Refusal(string name, Tensor image) =>
            Assert.Throws<ArgumentException>(() => ImageFile.Save(image, Path.Combine(folder.Path, name))).Message;
    }

    /// <summary>An image whose values are those of the bytes 0 to 255, again and again.</summary>
    private static Tensor EveryByte(Shape shape, PixelRange range)
    {
        var values = new float[shape.Count];
        range.FromBytes([.. Enumerable.Range(0, values.Length).Select(i => (byte)i)], values);
        return new Tensor(shape, values);
    }
}
