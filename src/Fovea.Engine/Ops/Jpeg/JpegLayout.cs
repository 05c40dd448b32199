namespace Fovea.Engine.Ops;

/// <summary>
/// An image as the planes that JPEG compresses: the luminance, and two of chrominance at half the height and width, each continued to whole blocks of 8 × 8
/// values. An image of one channel has the first only. All values are whole numbers from 0 to 255.
/// </summary>
internal readonly record struct JpegLayout(int Height, int Width, int Channels)
{
    /// <summary>The number of values of the image.</summary>
    public int ImageLength => Height * Width * Channels;

    /// <summary>The number of values of all planes.</summary>
    public int PlanesLength => LuminanceLength + (Channels == 1 ? 0 : 2 * ChrominanceLength);

    /// <summary>Where each plane begins, its rows and columns, and whether it is chrominance.</summary>
    public IEnumerable<(int Start, int Rows, int Columns, bool IsChrominance)> Planes
    {
        get
        {
            yield return (0, Blocks(Height), Blocks(Width), false);
            if (Channels == 1) yield break;
            yield return (LuminanceLength, Blocks(HalfHeight), Blocks(HalfWidth), true);
            yield return (LuminanceLength + ChrominanceLength, Blocks(HalfHeight), Blocks(HalfWidth), true);
        }
    }

    private int HalfHeight => (Height + 1) / 2;

    private int HalfWidth => (Width + 1) / 2;

    private int LuminanceLength => Blocks(Height) * Blocks(Width);

    private int ChrominanceLength => Blocks(HalfHeight) * Blocks(HalfWidth);

    /// <summary>Rounds the values of an image and separates them into planes.</summary>
    public void Split(ReadOnlySpan<float> image, Span<float> planes)
    {
        var columns = Blocks(Width);
        for (var y = 0; y < Blocks(Height); y++)
        {
            var row = image.Slice(Math.Min(y, Height - 1) * Width * Channels, Width * Channels);
            for (var x = 0; x < columns; x++)
            {
                var (red, green, blue) = Pixel(row, Math.Min(x, Width - 1));
                planes[(y * columns) + x] = Channels == 1 ? red : ((19595 * red) + (38470 * green) + (7471 * blue) + 32768) >> 16;
            }
        }

        if (Channels == 3) SplitChrominance(image, planes[LuminanceLength..]);
    }

    private void SplitChrominance(ReadOnlySpan<float> image, Span<float> planes)
    {
        var columns = Blocks(HalfWidth);
        for (var y = 0; y < Blocks(HalfHeight); y++)
        {
            var top = 2 * Math.Min(y, HalfHeight - 1);
            for (var x = 0; x < columns; x++)
            {
                var (sumBlue, sumRed) = (0, 0);
                for (var part = 0; part < 4; part++)
                {
                    var row = image.Slice(Math.Min(top + (part / 2), Height - 1) * Width * 3, Width * 3);
                    var (red, green, blue) = Pixel(row, Math.Min((2 * x) + (part % 2), Width - 1));
                    sumBlue += ((-11059 * red) - (21709 * green) + (32768 * blue) + (128 << 16) + 32767) >> 16;
                    sumRed += ((32768 * red) - (27439 * green) - (5329 * blue) + (128 << 16) + 32767) >> 16;
                }

                var rounding = 1 + (x % 2);  // libjpeg rounds halves down and up in turn
                planes[(y * columns) + x] = (sumBlue + rounding) >> 2;
                planes[ChrominanceLength + (y * columns) + x] = (sumRed + rounding) >> 2;
            }
        }
    }

    /// <summary>Interpolates the chrominance and joins the planes to an image.</summary>
    public void Join(ReadOnlySpan<float> planes, Span<float> image)
    {
        var columns = Blocks(Width);
        for (var y = 0; y < Height; y++)
        {
            var light = planes.Slice(y * columns, columns);
            var row = image.Slice(y * Width * Channels, Width * Channels);
            if (Channels == 1) light[..Width].CopyTo(row);
            else JoinRow(light, Chrominance(planes[LuminanceLength..], y), Chrominance(planes[(LuminanceLength + ChrominanceLength)..], y), row);
        }
    }

    /// <summary>
    /// A row of the image. The chrominance at a pixel is 3/4 of the nearest value and 1/4 of the next one, in both directions. libjpeg repeats values of planes
    /// of at most two columns.
    /// </summary>
    private void JoinRow(ReadOnlySpan<float> light, ChrominanceRows blue, ChrominanceRows red, Span<float> row)
    {
        var isRepeated = HalfWidth <= 2;
        for (var x = 0; x < Width; x++)
        {
            var (near, next) = (x / 2, Math.Clamp((x / 2) + (x % 2 == 0 ? -1 : 1), 0, HalfWidth - 1));
            var towardBlue = (isRepeated ? (int)blue.Near[near] : (blue.Between(near, next) + 8 - (x % 2)) >> 4) - 128;
            var towardRed = (isRepeated ? (int)red.Near[near] : (red.Between(near, next) + 8 - (x % 2)) >> 4) - 128;
            var value = (int)light[x];
            row[3 * x] = Math.Clamp(value + (((91881 * towardRed) + 32768) >> 16), 0, 255);
            row[(3 * x) + 1] = Math.Clamp(value + (((-22554 * towardBlue) - (46802 * towardRed) + 32768) >> 16), 0, 255);
            row[(3 * x) + 2] = Math.Clamp(value + (((116130 * towardBlue) + 32768) >> 16), 0, 255);
        }
    }

    private ChrominanceRows Chrominance(ReadOnlySpan<float> plane, int y)
    {
        var columns = Blocks(HalfWidth);
        var far = Math.Clamp((y / 2) + (y % 2 == 0 ? -1 : 1), 0, HalfHeight - 1);
        return new ChrominanceRows(plane.Slice(y / 2 * columns, columns), plane.Slice(far * columns, columns));
    }

    /// <summary>The nearest row of chrominance and the next one.</summary>
    private readonly ref struct ChrominanceRows(ReadOnlySpan<float> near, ReadOnlySpan<float> far)
    {
        public ReadOnlySpan<float> Near { get; } = near;

        private ReadOnlySpan<float> Far { get; } = far;

        /// <summary>16 times the value between two columns.</summary>
        public int Between(int column, int next) => (3 * ((3 * (int)Near[column]) + (int)Far[column])) + (3 * (int)Near[next]) + (int)Far[next];
    }

    private (int Red, int Green, int Blue) Pixel(ReadOnlySpan<float> row, int x) => Channels == 1
        ? (Whole(row[x]), 0, 0)
        : (Whole(row[3 * x]), Whole(row[(3 * x) + 1]), Whole(row[(3 * x) + 2]));

    private static int Whole(float value) => (int)MathF.Round(Math.Clamp(value, 0, 255));

    private static int Blocks(int size) => (size + 7) / 8 * 8;
}
