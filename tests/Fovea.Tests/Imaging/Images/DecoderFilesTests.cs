using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Files of public test suites and their like, against what Pillow 9.4 makes of each: its size upright and its mean colour over white.</summary>
public sealed class DecoderFilesTests
{
    /// <summary>Refused by Pillow for what does not concern the pixels: these are read.</summary>
    private static readonly HashSet<string> ReadAllTheSame =
    [
        "corrupt/png_decompression_dos.png", "corrupt/truncated_end_chunk.png", "corrupt/truncated_exif_dpi.jpg", "corrupt/unknown_compression_method.png",
    ];

    /// <summary>Its coefficients are damaged and overflow, which each decoder's instructions do otherwise.</summary>
    private const string Overflowing = "jpeg/hopper_bad_exif.jpg";

    public static TheoryData<string> Files() => [.. Rows().Select(row => row[0])];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_looks_as_Pillow_reads_it(string file)
    {
        Assert.SkipWhen(file.Length == 0, "shared/data/decoders is missing.");
        var row = Rows().Single(row => row[0] == file);
        var path = TestData.Find($"decoders/{file}")!;
        if (ReadAllTheSame.Contains(file))
        {
            Assert.NotEmpty(Decode(path).Pixels);
            return;
        }

        if (row[1] == "refused")
        {
            Assert.StartsWith($"'{path}' ", Assert.Throws<InvalidDataException>(() => Decode(path)).Message, StringComparison.Ordinal);
            return;
        }

        var image = Decode(path);
        Assert.Equal(row[2], $"{image.Width}x{image.Height}");
        var expected = row[3].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        // The means in the table are whole numbers, rounded twice on the way.
        var tolerance = file == Overflowing ? 5 : 0.95;
        for (var channel = 0; channel < 3; channel++) Assert.Equal(expected[channel], Mean(image, channel), tolerance);
    }

    /// <summary>The same image, stored in eight ways and marked so; lossy files differ by what their blocks lose.</summary>
    [Theory]
    [InlineData("exif/hopper_orientation_{0}.jpg", "exif/hopper.jpg")]
    [InlineData("exif/hopper_orientation_{0}.webp", "exif/hopper.webp")]
    [InlineData("exif/rasteiner_test_{0}.jpg", "exif/rasteiner_test_1.jpg")]
    [InlineData("exif/recurser_Landscape_{0}.jpg", "exif/recurser_Landscape_1.jpg")]
    public void All_orientations_look_as_the_first(string files, string first)
    {
        Assert.SkipWhen(TestData.Find("decoders") is null, "shared/data/decoders is missing.");
        var expected = Decode(TestData.Find($"decoders/{first}")!);
        for (var orientation = 2; orientation <= 8; orientation++)
        {
            var image = Decode(TestData.Find("decoders/" + string.Format(CultureInfo.InvariantCulture, files, orientation))!);
            Assert.Equal((expected.Height, expected.Width), (image.Height, image.Width));
            var difference = expected.Pixels.Zip(image.Pixels, (a, b) => Math.Abs(a - b)).Average();
            Assert.True(difference < 6, $"{files} {orientation}: {difference}");
        }
    }

    private static ByteImage Decode(string path)
    {
        using var decoded = ImageDecoder.Decode(path, new ImageInput(1, 1));
        return ByteImage.Of(decoded);
    }

    private static double Mean(ByteImage image, int channel) =>
        Enumerable.Range(0, image.Height * image.Width).Average(pixel => (double)image.Pixels[(3 * pixel) + channel]);

    private static string[][] Rows() => TestData.Find("decoders/expected.tsv") is { } table
        ? [.. File.ReadAllLines(table).Skip(1).Select(line => line.Split('\t'))]
        : [[""]];
}
