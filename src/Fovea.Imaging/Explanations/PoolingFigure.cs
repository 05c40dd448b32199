using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Draws max pooling and average pooling of a feature map, and a part of it as numbers.</summary>
public static class PoolingFigure
{
    private const int Top = 180;
    private const int Side = 390;
    private const int PooledLeft = Sheet.Margin + Side + 80;
    private const int PooledSide = 290;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="effect">The result of <see cref="ConvolutionStep.Pooling"/>.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(PoolingEffect effect, string path) => AtomicFile.Write(path, ToPng(effect));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static string ToHtml(PoolingEffect effect) => FigureHtml.Image(ToPng(effect), "Effect of a pooling");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static byte[] ToPng(PoolingEffect effect)
    {
        ArgumentNullException.ThrowIfNull(effect);
        var step = effect.Step;
        var (height, width) = (effect.Map.Shape[0], effect.Map.Shape[1]);
        var scale = StepInput.ScaleFor(height, width, Side);
        var limit = TensorBitmap.MaxMagnitude(effect.Map);
        var numbersTop = Top + (height * scale) + 110;
        var part = PartOf(effect);
        using var sheet = new Sheet(PooledLeft + (2 * PooledSide) + Sheet.Margin, (int)(numbersTop + (part.Height * 65) + 120));
        sheet.Title(
            $"Pooling of the output of {step.Path}, filter {step.Filter}",
            "Each window of 2 × 2 values becomes one value: the maximum (max pooling) or the mean (average pooling). The map becomes half as high and half as "
                + "wide, and exact positions are lost.");
        var middle = Top + (height * scale / 2);
        var placed = DrawMap(sheet, "The feature map", effect.Map, Sheet.Margin, middle, scale, limit);
        sheet.Frame(placed.Place(part), Palette.Ink, 3);
        if (height % 2 == 1 || width % 2 == 1)
        {
            var left = (height % 2, width % 2) switch { (1, 1) => "the last row and column are", (1, _) => "the last row is", _ => "the last column is" };
            sheet.Text($"{left} in no window", placed.Right, placed.Bottom + 24, 16, Palette.Quiet, align: SKTextAlign.Right, width: Side - 80);
        }

        sheet.Arrow(PooledLeft - 62, placed.MiddleY, 40);
        DrawMap(sheet, "Max pooling", effect.Maxima, PooledLeft, middle, scale, limit);
        DrawMap(sheet, "Average pooling", effect.Means, PooledLeft + PooledSide, middle, scale, limit);
        DrawNumbers(sheet, effect, part, numbersTop, limit);
        sheet.Legend(Sheet.Margin, sheet.Height - 50, "all maps share one scale");
        return sheet.ToPng();
    }

    private static PlacedImage DrawMap(Sheet sheet, string heading, Tensor map, float x, float middle, float scale, double limit)
    {
        var y = middle - (map.Shape[0] * scale / 2);
        sheet.Text(heading, x, y - 12, 19, bold: true);
        using var bitmap = TensorBitmap.OfMap(map, limit);
        var placed = sheet.Image(bitmap, x, y, scale);
        sheet.Text(StepInput.Size(map), x, placed.Bottom + 24, 16, Palette.Quiet);
        return placed;
    }

    /// <summary>Draws the values of the framed part with the maxima marked, and the pooled values next to it.</summary>
    private static void DrawNumbers(Sheet sheet, PoolingEffect effect, ImageRegion part, float y, double limit)
    {
        const float cell = 65;
        SKColor Color(double value) => ExplanationColors.Diverging(value, limit);
        double[] Cut(Tensor map, ImageRegion region) =>
            [.. Enumerable.Range(0, region.Height * region.Width)
                .Select(i => (double)map.Values[((region.Top + (i / region.Width)) * map.Shape[1]) + region.Left + (i % region.Width)])];
        bool IsMaximum(int i) => effect.IsMaximum[((part.Top + (i / part.Width)) * effect.Map.Shape[1]) + part.Left + (i % part.Width)];

        sheet.Text($"The framed part: {part}", Sheet.Margin, y - 12, 17, bold: true, width: Side + 60);
        var placed = new NumberGrid(Cut(effect.Map, part), part.Width, cell, Color) { IsMarked = IsMaximum }.Draw(sheet, Sheet.Margin, y);
        for (var row = 0; row < part.Height; row += 2)
            for (var column = 0; column < part.Width; column += 2) sheet.Frame(placed.Place(new ImageRegion(row, column, 2, 2)), Palette.Ink, 2);
        sheet.Text("red: the maximum of each window", Sheet.Margin, placed.Bottom + 24, 16, Palette.Red);
        sheet.Arrow(PooledLeft - 62, placed.MiddleY, 40);
        var pooled = new ImageRegion(part.Top / 2, part.Left / 2, part.Height / 2, part.Width / 2);
        var (x, middle) = ((float)PooledLeft, placed.MiddleY - (pooled.Height * cell / 2));
        foreach (var (name, map) in ((string, Tensor)[])[("maximum of each window", effect.Maxima), ("mean of each window", effect.Means)])
        {
            sheet.Text(name, x, middle - 12, 16, Palette.Quiet);
            new NumberGrid(Cut(map, pooled), pooled.Width, cell, Color).Draw(sheet, x, middle);
            x += PooledSide;
        }
    }

    /// <summary>At limit 6 × 6 values around the step, aligned with the windows.</summary>
    private static ImageRegion PartOf(PoolingEffect effect)
    {
        var (height, width) = (Math.Min(6, effect.Map.Shape[0] / 2 * 2), Math.Min(6, effect.Map.Shape[1] / 2 * 2));
        int Start(int center, int size, int all) => Math.Clamp(center - (size / 2), 0, (all / 2 * 2) - size) / 2 * 2;
        return new ImageRegion(Start(effect.Step.Row, height, effect.Map.Shape[0]), Start(effect.Step.Column, width, effect.Map.Shape[1]), height, width);
    }
}
