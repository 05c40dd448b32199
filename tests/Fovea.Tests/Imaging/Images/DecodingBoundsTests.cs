#pragma warning disable xUnit1031 // Whether something waits can only be seen by waiting for it.
using System.Buffers.Binary;
using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>Memory is bounded, whatever the files say.</summary>
public sealed class DecodingBoundsTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The header alone says too much: nothing of the image is there.</summary>
    [Theory]
    [InlineData("x.png", 10_001, 10_000, "has 10001 × 10000 pixels; expected at most 100 million in PNG. Make it smaller.")]
    [InlineData("x.png", 60_000, 60_000, "has 60000 × 60000 pixels; expected at most 100 million in PNG. Make it smaller.")]
    [InlineData("x.jpg", 14_143, 14_143, "has 14143 × 14143 pixels; expected at most 200 million in JPEG. Make it smaller.")]
    [InlineData("x.jpg", 65_500, 65_500, "has 65500 × 65500 pixels; expected at most 200 million in JPEG. Make it smaller.")]
    public void An_image_that_is_too_large_is_refused_by_its_header(string name, int width, int height, string expected)
    {
        var path = folder.Image(name, 10);
        File.WriteAllBytes(path, WithSize(File.ReadAllBytes(path), width, height));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(() => ImageFile.Read(path, 8, 8, 3));
        Assert.Equal($"'{path}' {expected}", error.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData(7068, 7068, 7068, 7068)]
    [InlineData(8000, 8000, 4000, 4000)]
    public void JPEGs_of_more_than_50_million_pixels_are_decoded_at_a_half_and_look_the_same(int width, int height, int decodedWidth, int decodedHeight)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", "decodes 64 million pixels; set FOVEA_SLOW=1 to run it.");
        var path = folder.Inside("large.jpg");
        using (var bitmap = new SKBitmap(width, height, SKColorType.Gray8, SKAlphaType.Opaque))
        {
            // A quarter of each side has its own level.
            var pixels = bitmap.GetPixelSpan();
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x += width / 4)
                    pixels.Slice((y * bitmap.RowBytes) + x, width / 4).Fill((byte)((4 * y / height * 40) + (4 * x / width * 20)));
            using var file = File.Create(path);
            bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 95);
        }

        using (var decoded = ImageDecoder.Decode(path, new ImageInput(1, 1, 1))) Assert.Equal((decodedHeight, decodedWidth), (decoded.Height, decoded.Width));
        var values = ImageFile.Read(path, 16, 16, 1, PixelRange.ZeroTo255).Values;
        for (var row = 0; row < 4; row++)
            for (var column = 0; column < 4; column++) Assert.Equal((row * 40) + (column * 20), values[(16 * ((4 * row) + 1)) + (4 * column) + 1], 1.5f);
    }

    [Fact]
    public async Task Who_would_exceed_the_budget_waits()
    {
        var budget = new DecodingBudget(100);
        var first = budget.Take(60);
        var second = Task.Run(() => budget.Take(41), TestContext.Current.CancellationToken);
        Assert.False(await IsDone(second));
        budget.Take(40).Dispose();
        first.Dispose();
        var share = await second;
        var large = Task.Run(() => budget.Take(1000), TestContext.Current.CancellationToken);
        Assert.False(await IsDone(large));
        share.Dispose();
        share.Dispose();
        var all = await large;
        var small = Task.Run(() => budget.Take(1), TestContext.Current.CancellationToken);
        Assert.False(await IsDone(small));
        all.Dispose();
        (await small).Dispose();

        static async Task<bool> IsDone(Task task) => await Task.WhenAny(task, Task.Delay(50, TestContext.Current.CancellationToken)) == task;
    }

    [Fact]
    public async Task Damaged_images_give_their_share_back()
    {
        var cut = folder.TruncatedImage("cut.jpg");
        for (var round = 0; round < 20; round++) Assert.Throws<InvalidDataException>(() => ImageFile.Read(cut, 8, 8, 3));
        // Nearly all of the budget is to be had again, while other tests decode small images.
        var most = Task.Run(() => DecodingBudget.Shared.Take((512L << 20) - 40_000_000), TestContext.Current.CancellationToken);
        (await most.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Dispose();
    }

    [Theory]
    [InlineData("ycc-444.jpg", 0)]
    [InlineData("progressive.jpg", 2 * 1.5)]
    [InlineData("rgb.png", 0)]
    [InlineData("rgb-interlaced.png", 4)]
    [InlineData("lossless.webp", 4)]
    [InlineData("lossy.webp", 0)]
    [InlineData("still.gif", 0)]
    public void Memory_of_decoders_counts_too(string file, double bytesPerPixel) =>
        Assert.Equal(
            (long)(bytesPerPixel * 1000), DecoderMemory.Estimate(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "images", file)), 1000));

    [Fact]
    public void A_file_of_more_than_a_gibibyte_is_not_loaded()
    {
        var path = folder.Text("huge.png");
        using (var file = File.OpenWrite(path)) file.SetLength((1L << 30) + (1 << 20));
        Assert.Equal(
            $"'{path}' has 1025 MiB; expected an image file of at most 1024.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(path, 8, 8, 3)).Message);
    }

    /// <summary>
    /// Rows of a large image are read one by one: resizing it gives what the product of matrices gives, but for the rounding to bytes (ResizingTests has each
    /// byte).
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reading_by_rows_changes_nothing(bool antialias)
    {
        var random = new Random(4);
        var pixels = new byte[23 * 31 * 3];
        random.NextBytes(pixels);
        var image = new ByteImage(pixels, 23, 31, 3);
        foreach (var (height, width) in new[] { (5, 7), (23, 31), (50, 11), (1, 1), (60, 70), (22, 31), (23, 30) })
        {
            var resized = Resampling.Resize(image, height, width, antialias: antialias);
            // The same filter as a product of two matrices, in float64.
            var (rows, columns) = (Filter(23, height, antialias), Filter(31, width, antialias));
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    for (var channel = 0; channel < 3; channel++)
                    {
                        var expected = 0.0;
                        for (var i = 0; i < 23; i++)
                            for (var j = 0; j < 31; j++) expected += rows[y][i] * columns[x][j] * pixels[(((i * 31) + j) * 3) + channel];

                        // Rounded once, or once in each direction.
                        Assert.Equal(expected, resized.Pixels[(((y * width) + x) * 3) + channel], antialias ? 1.001 : 0.501);
                    }
                }
            }
        }
    }

    /// <summary>Triangles around the centres, wide as a pixel of the target where it is the larger, cut at the edge and summing to 1.</summary>
    private static double[][] Filter(int from, int to, bool antialias)
    {
        var scale = (double)from / to;
        var reach = antialias ? Math.Max(1, scale) : 1;
        return [.. Enumerable.Range(0, to).Select(output =>
        {
            var weights = Enumerable.Range(0, from).Select(input => Math.Max(0, 1 - (Math.Abs(input + 0.5 - ((output + 0.5) * scale)) / reach))).ToArray();
            var sum = weights.Sum();
            return weights.Select(weight => weight / sum).ToArray();
        })];
    }

    private static byte[] WithSize(byte[] file, int width, int height)
    {
        if (file[0] == 0x89)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Checksum(file.AsSpan(12, 17)));
            return file;
        }

        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);
        return file;
    }

    /// <summary>CRC-32 of a PNG's chunk.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
