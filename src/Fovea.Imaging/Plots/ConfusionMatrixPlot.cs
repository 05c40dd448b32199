using System.Globalization;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws a confusion matrix: a row for each true class, a column for each predicted class, and in each cell the count and its share of the row. Right
/// predictions are blue, wrong ones orange, in a stronger color for a larger share.
/// </summary>
public static class ConfusionMatrixPlot
{
    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(ConfusionMatrix matrix, string path) => AtomicFile.Write(path, ToPng(matrix));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param[@name='matrix']"/>
    public static string ToHtml(ConfusionMatrix matrix) => FigureHtml.Image(ToPng(matrix), "Confusion matrix");

    /// <summary>Draws the figure as PNG. Its size depends on the number of classes and the length of their names.</summary>
    /// <inheritdoc cref="Save" path="/param[@name='matrix']"/>
    public static byte[] ToPng(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        using var drawing = new Drawing(matrix);
        return drawing.ToPng();
    }

    private sealed class Drawing : IDisposable
    {
        private const int Margin = 32;
        private const int TitleHeight = 52;
        private const int AxisTitle = 30;
        private const int Gap = 3;
        private const float MaxNameWidth = 200;

        private readonly ConfusionMatrix matrix;
        private readonly int classes;
        private readonly int cell;
        private readonly bool isSlanted;
        private readonly string title;
        private readonly SKFont heading = Lettering.SemiBold(24);
        private readonly SKFont names;
        private readonly SKFont counts;
        private readonly SKFont shares;
        private readonly float left;
        private readonly float top;
        private readonly SKImageInfo size;

        public Drawing(ConfusionMatrix matrix)
        {
            this.matrix = matrix;
            classes = matrix.ClassNames.Count;
            cell = Math.Clamp(800 / classes, 44, 150);
            names = Lettering.Regular(cell >= 60 ? 17 : 14);
            counts = Lettering.SemiBold(cell >= 100 ? 26 : cell >= 60 ? 18 : 13);
            shares = Lettering.Regular(cell >= 100 ? 16 : cell >= 60 ? 13 : 11);
            title = matrix.Count == 0
                ? "Nothing counted"
                : string.Create(CultureInfo.InvariantCulture, $"{100 * matrix.Accuracy:0.0} % of {matrix.Count:N0} right");
            var longest = Math.Min(MaxNameWidth, matrix.ClassNames.Max(name => names.MeasureText(name)));
            isSlanted = longest > cell - 8;
            var nameHeight = isSlanted ? (longest * 0.7072f) + 24 : 28;
            left = Margin + AxisTitle + longest + 14;
            top = Margin + TitleHeight + AxisTitle + nameHeight;

            // The last slanted name extends beyond the matrix on the right.
            var lean = isSlanted ? Math.Max(0, (longest * 0.7072f) - (cell / 2f) + 16) : 0;
            var width = Math.Max(left + (classes * cell) + lean, Margin + heading.MeasureText(title)) + Margin;
            size = new SKImageInfo((int)Math.Ceiling(width), (int)Math.Ceiling(top + (classes * cell) + Margin), SKColorType.Rgba8888, SKAlphaType.Opaque);
        }

        public byte[] ToPng()
        {
            using var surface = SKSurface.Create(size);
            var canvas = surface.Canvas;
            canvas.Clear(Palette.Paper);
            Lettering.Draw(canvas, title, Margin, Margin + 24, SKTextAlign.Left, heading, Palette.Ink);
            DrawAxes(canvas);
            for (var actual = 0; actual < classes; actual++)
                for (var predicted = 0; predicted < classes; predicted++) DrawCell(canvas, actual, predicted);
            using var image = surface.Snapshot();
            using var data = image.Encode(SKEncodedImageFormat.Png, 100);
            return data.ToArray();
        }

        public void Dispose()
        {
            heading.Dispose();
            names.Dispose();
            counts.Dispose();
            shares.Dispose();
        }

        private void DrawAxes(SKCanvas canvas)
        {
            using var quiet = Lettering.Regular(16);
            var middle = classes * cell / 2f;
            Lettering.Draw(canvas, "predicted", left + middle, Margin + TitleHeight + 16, SKTextAlign.Center, quiet, Palette.Quiet);
            Rotated(canvas, Margin + 14, top + middle, -90, () => Lettering.Draw(canvas, "true", 0, 0, SKTextAlign.Center, quiet, Palette.Quiet));
            for (var label = 0; label < classes; label++)
            {
                var name = Lettering.Fit(matrix.ClassNames[label], names, MaxNameWidth);
                var centre = (label + 0.5f) * cell;
                Lettering.Draw(canvas, name, left - 14, top + centre + (names.Size * 0.36f), SKTextAlign.Right, names, Palette.Ink);
                if (isSlanted)
                    Rotated(canvas, left + centre + (names.Size * 0.2f), top - 10, -45,
                        () => Lettering.Draw(canvas, name, 0, 0, SKTextAlign.Left, names, Palette.Ink));
                else
                    Lettering.Draw(canvas, name, left + centre, top - 12, SKTextAlign.Center, names, Palette.Ink);
            }
        }

        private void DrawCell(SKCanvas canvas, int actual, int predicted)
        {
            var count = matrix[actual, predicted];
            var row = matrix.Actual(actual);
            var share = row == 0 ? 0 : (double)count / row;
            var strength = count == 0 ? 0 : 0.08 + (0.92 * share);
            using var paint = new SKPaint { IsAntialias = true };
            paint.Color = count == 0 ? Palette.Faint : Palette.Tint(actual == predicted ? Palette.Blue : Palette.Orange, strength);
            var (x, y) = (left + (predicted * cell), top + (actual * cell));
            canvas.DrawRoundRect(SKRect.Create(x, y, cell - Gap, cell - Gap), 5, 5, paint);
            var color = strength > 0.55 ? Palette.Paper : count == 0 ? Palette.Tint(Palette.Quiet, 0.6) : Palette.Ink;
            var centre = x + ((cell - Gap) / 2f);
            var middle = y + ((cell - Gap) / 2f);
            var hasShare = count > 0;
            Lettering.Draw(
                canvas, count.ToString("N0", CultureInfo.InvariantCulture), centre, middle + (counts.Size * (hasShare ? 0.04f : 0.36f)),
                SKTextAlign.Center, counts, color);
            if (!hasShare) return;
            Lettering.Draw(canvas, Percent(share), centre, middle + (counts.Size * 0.04f) + (shares.Size * 1.3f), SKTextAlign.Center, shares, color);
        }

        /// <summary>Formats whole percents; 0 % and 100 % are exact.</summary>
        private static string Percent(double share)
        {
            if (share is > 0 and < 0.005) return "< 1 %";
            if (share is >= 0.995 and < 1) return "> 99 %";
            return (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
        }

        private static void Rotated(SKCanvas canvas, float x, float y, float degrees, Action draw)
        {
            canvas.Save();
            canvas.Translate(x, y);
            canvas.RotateDegrees(degrees);
            draw();
            canvas.Restore();
        }
    }
}
