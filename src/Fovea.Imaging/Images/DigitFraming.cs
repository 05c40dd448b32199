namespace Fovea.Imaging;

/// <summary>
/// Prepares an image of one digit in the way of MNIST: "size normalized to fit in a 20×20 pixel box while preserving their aspect
/// ratio … centred in a 28×28 image by computing the center of mass" (LeCun, Cortes and Burges, "The MNIST database").
/// </summary>
internal static class DigitFraming
{
    private const float FaintestInk = 0.25f;

    /// <summary>Photos are reduced to this size first, to save memory; the digit becomes only twenty pixels high.</summary>
    private const int LongestSide = 2048;

    /// <summary>Returns light ink on black, as height × width bytes; all black if the image shows no ink.</summary>
    public static byte[] Frame(IPixelRows source, ImageInput input)
    {
        var grey = Resampling.ShrinkTo(source, LongestSide);
        var (height, width) = (input.Height, input.Width);

        // An image that has the size already and a black border is assumed to be prepared.
        if (grey.Height == height && grey.Width == width && Border(grey).Average(level => level) < 25.5) return grey.Pixels;
        var ink = ExtractInk(grey);
        if (Bounds(ink) is not var (top, left, bottom, right)) return new byte[height * width];
        var crop = Crop(ink, top, left, bottom, right);
        var scale = Math.Min(height * 20 / 28.0 / crop.Height, width * 20 / 28.0 / crop.Width);
        var digit = Resampling.Resize(
            crop, Math.Max(1, (int)Math.Round(crop.Height * scale)), Math.Max(1, (int)Math.Round(crop.Width * scale)), input.Resize, input.Antialias);
        return Centre(digit, height, width);
    }

    /// <summary>The difference of each pixel from the paper, whose color is the median of the border: 0 for paper, 255 for the darkest ink.</summary>
    private static ByteImage ExtractInk(ByteImage grey)
    {
        var border = Border(grey).Order().ToArray();
        var paper = border[border.Length / 2];
        var sign = paper > 127 ? -1 : 1;
        var strongest = StrongestInk(grey, paper, sign);
        if (strongest < 0.05f * 255) return grey with { Pixels = new byte[grey.Pixels.Length] };

        // Shadows and grain of the paper are below a threshold and become 0; ink above it keeps its shades.
        return grey with
        {
            Pixels =
                Array.ConvertAll(
                grey.Pixels, level => (byte)((255 * Math.Clamp(((sign * (level - paper) / strongest) - FaintestInk) / (0.9f - FaintestInk), 0, 1)) + 0.5f)),
        };
    }

    /// <summary>The 99.5th percentile of the ink.</summary>
    private static float StrongestInk(ByteImage grey, int paper, int sign)
    {
        var sorted = Array.ConvertAll(grey.Pixels, level => (short)(sign * (level - paper)));
        Array.Sort(sorted);
        return Math.Max((int)sorted[(int)((sorted.Length - 1) * 0.995)], 1);
    }

    private static IEnumerable<byte> Border(ByteImage grey)
    {
        for (var y = 0; y < grey.Height; y++)
            for (var x = 0; x < grey.Width; x++)
                if (y == 0 || x == 0 || y == grey.Height - 1 || x == grey.Width - 1) yield return grey.Pixels[(y * grey.Width) + x];
    }

    private static (int Top, int Left, int Bottom, int Right)? Bounds(ByteImage ink)
    {
        var (top, left, bottom, right) = (int.MaxValue, int.MaxValue, -1, -1);
        for (var y = 0; y < ink.Height; y++)
        {
            for (var x = 0; x < ink.Width; x++)
            {
                if (ink.Pixels[(y * ink.Width) + x] < 0.3f * 255) continue;
                (top, left, bottom, right) = (Math.Min(top, y), Math.Min(left, x), Math.Max(bottom, y), Math.Max(right, x));
            }
        }

        return bottom < 0 ? null : (top, left, bottom, right);
    }

    private static ByteImage Crop(ByteImage ink, int top, int left, int bottom, int right)
    {
        var (height, width) = (bottom - top + 1, right - left + 1);
        var pixels = new byte[height * width];
        for (var y = 0; y < height; y++) ink.Pixels.AsSpan(((top + y) * ink.Width) + left, width).CopyTo(pixels.AsSpan(y * width));
        return new ByteImage(pixels, height, width, 1);
    }

    /// <summary>Moves the digit's center of mass to the middle, as far as the digit stays inside.</summary>
    private static byte[] Centre(ByteImage digit, int height, int width)
    {
        var (mass, sumY, sumX) = (1e-9, 0.0, 0.0);
        for (var i = 0; i < digit.Pixels.Length; i++)
        {
            mass += digit.Pixels[i];
            sumY += digit.Pixels[i] * (i / digit.Width + 0.5);
            sumX += digit.Pixels[i] * (i % digit.Width + 0.5);
        }

        var top = Math.Clamp((int)Math.Round((height / 2.0) - (sumY / mass)), 0, height - digit.Height);
        var left = Math.Clamp((int)Math.Round((width / 2.0) - (sumX / mass)), 0, width - digit.Width);
        var result = new byte[height * width];
        for (var y = 0; y < digit.Height; y++) digit.Pixels.AsSpan(y * digit.Width, digit.Width).CopyTo(result.AsSpan(((top + y) * width) + left));
        return result;
    }
}
