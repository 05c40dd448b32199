using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>The colors of values in explanations.</summary>
internal static class ExplanationColors
{
    /// <summary>The colors of 33 evenly spaced values from 0 to 1. Colors between them are interpolated.</summary>
    private static readonly SKColor[] Dark = Parse(
        "440154460B5E471669482172472B7A453580423E853E48883B518A37598C33618D2F698D2C718E29798E26808E23888D208F8C"
        + "1E978A1E9E8821A68527AD8030B47A3DBB744BC26C5BC8626DCE5881D34C95D73FAADB32BFDF24D4E11AE9E419FDE724");

    private static readonly SKColor[] Hot = Parse(
        "30123B38276D3F3E9C4454C34669E0467DF44391FE38A5FB2AB9EE1ECBDA18DBC51DE7B22FF19B4AF88069FD6688FF4EA1FD3D"
        + "B7F735CBED34DDE037ECD13AF7C13AFDAE35FE992CFB8122F56918EC530FE14109D23105C12302AC1701950D017A0403");

    /// <summary>A color from blue (−limit) over white (0) to orange (limit).</summary>
    public static SKColor Diverging(double value, double limit) =>
        Palette.Tint(value < 0 ? Palette.Blue : Palette.Orange, limit > 0 && double.IsFinite(value) ? Math.Abs(value) / limit : 0);

    /// <summary>From dark blue for 0 to yellow for 1 (van der Walt and Smith 2015, "viridis").</summary>
    public static SKColor Viridis(double share) => Read(Dark, share);

    /// <summary>From blue for 0 over green to red for 1 (Mikhailov 2019, "turbo").</summary>
    public static SKColor Turbo(double share) => Read(Hot, share);

    /// <summary>The grey level of a value from 0 (black) to 1 (white).</summary>
    public static SKColor Grey(double value)
    {
        var level = (byte)Math.Round(255 * Math.Clamp(double.IsFinite(value) ? value : 0, 0, 1));
        return new SKColor(level, level, level);
    }

    /// <summary>Ink or white, whichever has more contrast to a color (by its luma, ITU-R BT.601).</summary>
    public static SKColor TextOn(SKColor color) => (0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue) < 140 ? SKColors.White : Palette.Ink;

    /// <summary>Converts values to the pixels of an image (height, width, 3) with values from 0 to 1.</summary>
    public static float[] Paint(IEnumerable<float> values, Func<float, SKColor> color) =>
        [.. values.Select(color).SelectMany(pixel => (float[])[pixel.Red / 255f, pixel.Green / 255f, pixel.Blue / 255f])];

    private static SKColor Read(SKColor[] colors, double share)
    {
        var place = (double.IsFinite(share) ? Math.Clamp(share, 0, 1) : 0) * (colors.Length - 1);
        var (below, above) = (colors[(int)place], colors[(int)Math.Ceiling(place)]);
        byte Between(byte low, byte high) => (byte)Math.Round(low + ((high - low) * (place - Math.Floor(place))));
        return new SKColor(Between(below.Red, above.Red), Between(below.Green, above.Green), Between(below.Blue, above.Blue));
    }

    private static SKColor[] Parse(string digits) =>
        [.. digits.Chunk(6).Select(color => new SKColor(0xFF000000 | uint.Parse(color, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];
}
