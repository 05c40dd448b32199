using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>What is known about the images of a folder before they are read: their number, their size and their colours.</summary>
/// <param name="Training">The number of training images; some of them may turn out to be damaged.</param>
/// <param name="HeldOut">The number of images for validation and testing together.</param>
/// <param name="Height">The median height in pixels of some of the images.</param>
/// <param name="Width">The median width.</param>
/// <param name="IsGrey">Whether all of some images are grey.</param>
/// <param name="SecondsPerImage">The time to decode one of them, on one thread.</param>
internal sealed record ImageSurvey(int Training, int HeldOut, int Height, int Width, bool IsGrey, double SecondsPerImage)
{
    /// <summary>The number of images that are decoded. They are chosen evenly from all, so that the same files always give the same survey.</summary>
    private const int Decoded = 24;

    /// <summary>The first images take longer, since the code is compiled meanwhile.</summary>
    private const int WarmUp = 4;

    /// <summary>Decodes some of the images.</summary>
    /// <param name="files">The image files, in a fixed order.</param>
    /// <param name="training">The number of training images.</param>
    /// <param name="heldOut">The number of images for validation and testing.</param>
    /// <param name="clock">Measures the time to decode.</param>
    /// <exception cref="InvalidDataException">None of the images can be decoded; the message is that of the first.</exception>
    public static ImageSurvey Of(IReadOnlyList<string> files, int training, int heldOut, TimeProvider clock)
    {
        var count = Math.Min(Decoded, files.Count);
        var images = new List<(int Height, int Width, bool IsGrey)>();
        var times = new List<double>();
        Exception? first = null;
        for (var i = 0; i < count; i++)
        {
            var start = clock.GetTimestamp();
            try
            {
                var image = ImageFile.Read(files[(int)((long)i * files.Count / count)], PixelRange.ZeroTo255);
                times.Add(clock.GetElapsedTime(start).TotalSeconds);
                images.Add((image.Shape[1], image.Shape[2], IsGreyImage(image.Values)));
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                first ??= error;
            }
        }

        if (images.Count == 0) throw first ?? new InvalidDataException("ImageSurvey: expected at least one image; received none.");
        var seconds = times.Skip(times.Count > 2 * WarmUp ? WarmUp : 0).Average();
        return new ImageSurvey(
            training, heldOut, Median(images.Select(image => image.Height)), Median(images.Select(image => image.Width)), images.All(image => image.IsGrey),
            seconds);
    }

    private static bool IsGreyImage(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i += 3)
        {
            if (values[i] != values[i + 1] || values[i] != values[i + 2]) return false;
        }

        return true;
    }

    private static int Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
