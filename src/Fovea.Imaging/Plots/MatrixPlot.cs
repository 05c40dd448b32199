using System.Globalization;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws the values of a matrix as colors, Matplotlib's <c>matshow</c> and <c>imshow</c>: one channel of a layer's output, a kernel, a heat map. A bar at its
/// right shows the values of the colors. Values that are not finite are grey.
/// </summary>
/// <remarks>
/// <c>MatrixPlot.Save(maps[0, .., .., 5], "channel.png")</c>. With <c>colorBar: false</c> and neither title nor labels, the file has no margins; with
/// <c>cellSize: 1</c> too, it has one pixel for each value.
/// </remarks>
public static class MatrixPlot
{
    private const int MaxSide = 480;
    private const int MaxCell = 48;
    private const int MinLabelledCell = 20;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="matrix">(rows, columns), or the same with further dimensions of 1, such as (1, rows, columns, 1).</param>
    /// <param name="path">The file to write.</param>
    /// <param name="title">The title.</param>
    /// <param name="colors">The colors of the values.</param>
    /// <param name="range">The values of the first and the last color; null for the smallest and the largest value.</param>
    /// <param name="cellSize">The side of the square for each value, in pixels; null for a figure of about 480 pixels.</param>
    /// <param name="colorBar">Whether a bar shows the values of the colors.</param>
    /// <param name="rowLabels">A text for each row.</param>
    /// <param name="columnLabels">A text for each column.</param>
    /// <exception cref="ArgumentException">The tensor is no matrix, the range is empty, or there are more or fewer labels than rows or columns.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        Tensor matrix, string path, string? title = null, ColorMap colors = ColorMap.Viridis, (double Low, double High)? range = null, int? cellSize = null,
        bool colorBar = true, IReadOnlyList<string>? rowLabels = null, IReadOnlyList<string>? columnLabels = null) =>
        AtomicFile.Write(path, ToPng(matrix, title, colors, range, cellSize, colorBar, rowLabels, columnLabels));

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The tensor is no matrix, the range is empty, or there are more or fewer labels than rows or columns.</exception>
    public static byte[] ToPng(
        Tensor matrix, string? title = null, ColorMap colors = ColorMap.Viridis, (double Low, double High)? range = null, int? cellSize = null,
        bool colorBar = true, IReadOnlyList<string>? rowLabels = null, IReadOnlyList<string>? columnLabels = null)
    {
        var values = new MatrixValues(matrix, colors, range, nameof(MatrixPlot), nameof(matrix));
        RequireLabels(rowLabels, values.Rows, "row", nameof(rowLabels));
        RequireLabels(columnLabels, values.Columns, "column", nameof(columnLabels));
        if (cellSize is { } size) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(cellSize));
        var cell = cellSize ?? Math.Max(
            Math.Clamp(MaxSide / Math.Max(values.Rows, values.Columns), 1, MaxCell), rowLabels is null && columnLabels is null ? 1 : MinLabelledCell);
        using var drawing = new Drawing(values, cell, title, colorBar, rowLabels ?? [], columnLabels ?? []);
        return drawing.ToPng();
    }

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The tensor is no matrix, the range is empty, or there are more or fewer labels than rows or columns.</exception>
    public static string ToHtml(
        Tensor matrix, string? title = null, ColorMap colors = ColorMap.Viridis, (double Low, double High)? range = null, int? cellSize = null,
        bool colorBar = true, IReadOnlyList<string>? rowLabels = null, IReadOnlyList<string>? columnLabels = null) =>
        FigureHtml.Image(ToPng(matrix, title, colors, range, cellSize, colorBar, rowLabels, columnLabels), title ?? "Matrix");

    private static void RequireLabels(IReadOnlyList<string>? labels, int count, string what, string argument)
    {
        if (labels is not null && labels.Count != count)
            throw new ArgumentException($"MatrixPlot: expected {count} {what} labels, one for each {what}; received {labels.Count}.", argument);
    }

    private sealed class Drawing : IDisposable
    {
        private const int Space = 24;
        private const int TitleHeight = 40;
        private const int BarWidth = 14;
        private const int BarGap = 16;
        private const float MaxLabel = 160;

        private readonly MatrixValues values;
        private readonly int cell;
        private readonly string? title;
        private readonly IReadOnlyList<string> rowLabels;
        private readonly IReadOnlyList<string> columnLabels;
        private readonly SKFont heading = Lettering.SemiBold(20);
        private readonly SKFont font = Lettering.Regular(14);
        private readonly List<(double Value, string Text)> ticks;
        private readonly bool isSlanted;
        private readonly SKRect place;
        private readonly (int Width, int Height) size;

        public Drawing(MatrixValues values, int cell, string? title, bool colorBar, IReadOnlyList<string> rowLabels, IReadOnlyList<string> columnLabels)
        {
            (this.values, this.cell, this.title) = (values, cell, title);
            (this.rowLabels, this.columnLabels) = ([.. rowLabels.Select(Fit)], [.. columnLabels.Select(Fit)]);
            var (width, height) = (values.Columns * cell, values.Rows * cell);
            ticks = colorBar ? Ticks(Math.Max(height, 60)) : [];
            var margin = colorBar || title is not null || rowLabels.Count + columnLabels.Count > 0 ? Space : 0;
            var longest = this.columnLabels.Select(label => font.MeasureText(label)).DefaultIfEmpty(0).Max();
            isSlanted = longest > cell - 4;
            var left = margin + (rowLabels.Count == 0 ? 0 : this.rowLabels.Max(label => font.MeasureText(label)) + 8);
            var top = margin + (title is null ? 0 : TitleHeight) + (columnLabels.Count == 0 ? 0 : isSlanted ? (longest * 0.71f) + 16 : 24);
            place = SKRect.Create((float)Math.Ceiling(left), (float)Math.Ceiling(top), width, height);
            var bar = colorBar ? BarGap + BarWidth + 8 + ticks.Max(tick => font.MeasureText(tick.Text)) : 0;
            var lean = isSlanted ? Math.Max(0, (longest * 0.71f) - (cell / 2f)) : 0;
            var total = Math.Max(place.Right + Math.Max(bar, lean), title is null ? 0 : margin + heading.MeasureText(title)) + margin;
            size = ((int)Math.Ceiling(total), (int)Math.Ceiling(top + (colorBar ? Math.Max(height, 60) : height) + margin));
        }

        public byte[] ToPng()
        {
            using var surface = SKSurface.Create(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
            var canvas = surface.Canvas;
            canvas.Clear(Palette.Paper);
            if (title is not null) Lettering.Draw(canvas, title, Space, Space + 20, SKTextAlign.Left, heading, Palette.Ink);
            using var cells = new SKBitmap(values.Columns, values.Rows, SKColorType.Rgba8888, SKAlphaType.Opaque) { Pixels = values.Colors() };
            using var pixels = SKImage.FromBitmap(cells);
            canvas.DrawImage(pixels, place, new SKSamplingOptions(SKFilterMode.Nearest));
            DrawLabels(canvas);
            if (ticks.Count > 0) DrawBar(canvas);
            using var image = surface.Snapshot();
            using var data = image.Encode(SKEncodedImageFormat.Png, 100);
            return data.ToArray();
        }

        public void Dispose()
        {
            heading.Dispose();
            font.Dispose();
        }

        private string Fit(string text) => Lettering.Fit(text ?? "", font, MaxLabel);

        private void DrawLabels(SKCanvas canvas)
        {
            for (var row = 0; row < rowLabels.Count; row++)
                Lettering.Draw(canvas, rowLabels[row], place.Left - 8, place.Top + ((row + 0.5f) * cell) + 5, SKTextAlign.Right, font, Palette.Ink);
            for (var column = 0; column < columnLabels.Count; column++)
            {
                canvas.Save();
                canvas.Translate(place.Left + ((column + 0.5f) * cell) + (isSlanted ? 4 : 0), place.Top - 8);
                if (isSlanted) canvas.RotateDegrees(-45);
                Lettering.Draw(canvas, columnLabels[column], 0, 0, isSlanted ? SKTextAlign.Left : SKTextAlign.Center, font, Palette.Ink);
                canvas.Restore();
            }
        }

        private void DrawBar(SKCanvas canvas)
        {
            var bar = SKRect.Create(place.Right + BarGap, place.Top, BarWidth, Math.Max(place.Height, 60));
            for (var y = 0; y < (int)bar.Height; y++)
            {
                using var paint = new SKPaint { Color = values.ColorAt(1 - ((y + 0.5) / bar.Height)) };
                canvas.DrawRect(SKRect.Create(bar.Left, bar.Top + y, BarWidth, 1), paint);
            }

            foreach (var (value, text) in ticks)
            {
                var y = bar.Bottom - (float)((value - values.Low) / (values.High - values.Low) * bar.Height);
                Lettering.Draw(canvas, text, bar.Right + 8, Math.Clamp(y + 5, bar.Top + 10, bar.Bottom), SKTextAlign.Left, font, Palette.Quiet);
            }
        }

        private List<(double Value, string Text)> Ticks(float height)
        {
            var span = values.High - values.Low;
            var found = Chart.GridValues(values.Low, values.High, span * Math.Min(0.5, 45 / height));
            if (found.Count < 2) found = [values.Low, values.High];
            return [.. found.Select(
                value => (value, value.ToString(Math.Abs(value) is >= 1e5 or (> 0 and < 1e-4) ? "0.##e0" : "0.######", CultureInfo.InvariantCulture)))];
        }
    }
}
