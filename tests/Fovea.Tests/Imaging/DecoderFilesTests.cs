using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Files of public test suites and their like, against what Pillow 9.4 makes of each: its size upright and its mean colour over white.</summary>
public sealed class DecoderFilesTests
{
    /// <summary>
    /// What Fovea reads otherwise than Pillow, and why. Refused by Pillow and read: damage that does not reach the pixels, or sizes that only Pillow limits.
    /// </summary>
    private static readonly Dictionary<string, string> ReadOtherwise = new()
    {
    };

    public static TheoryData<string> Files() => [.. Rows().Select(row => row[0])];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_looks_as_Pillow_reads_it(string file)
    {
        Assert.SkipWhen(file.Length == 0, "shared/data/decoders is missing.");
        var row = Rows().Single(row => row[0] == file);
        var path = TestData.Find($"decoders/{file}")!;
        if (ReadOtherwise.ContainsKey(file)) return;
        if (row[1] == "refused")
        {
            Assert.StartsWith($"'{path}' ", Assert.Throws<InvalidDataException>(() => Decode(path)).Message, StringComparison.Ordinal);
            return;
        }

        var picture = Decode(path);
        Assert.Equal(row[2], $"{picture.Width}x{picture.Height}");
        var expected = row[3].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        // Pillow's means are cut to whole numbers. Decoders of JPEG and WebP may differ by one or two in a pixel, hardly in the mean.
        for (var channel = 0; channel < 3; channel++) Assert.InRange(Mean(picture, channel) - expected[channel], -0.6, 1.1);
    }

    private static Picture Decode(string path)
    {
        using var decoded = PictureDecoder.Decode(path, new DecodingOptions(3));
        return Picture.Of(decoded);
    }

    private static double Mean(Picture picture, int channel) =>
        255 * Enumerable.Range(0, picture.Height * picture.Width).Average(pixel => (double)picture.Pixels[(3 * pixel) + channel]);

    private static string[][] Rows() => TestData.Find("decoders/expected.tsv") is { } table
        ? [.. File.ReadAllLines(table).Skip(1).Select(line => line.Split('\t'))]
        : [[""]];
}
