using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws the border effect of a convolution: without padding the output is smaller than the input; with zeros around the input it has the same size.
/// </summary>
public static class BorderFigure
{
    private const int Top = 170;
    private const int Side = 380;
    private const int OutputLeft = Sheet.Margin + Side + 80;
    private const int TextLeft = OutputLeft + Side + 40;
    private const int TextWidth = 430;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="effect">The result of <see cref="ConvolutionStep.Borders"/>.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(BorderEffect effect, string path) => AtomicFile.Write(path, ToPng(effect));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static string ToHtml(BorderEffect effect) => FigureHtml.Image(ToPng(effect), "Effect of the padding");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static byte[] ToPng(BorderEffect effect)
    {
        ArgumentNullException.ThrowIfNull(effect);
        var step = effect.Step;
        var (height, width) = (step.Input.Shape[1], step.Input.Shape[2]);
        var (moreRows, moreColumns) = (step.PatchRegion.Height - 1, step.PatchRegion.Width - 1);
        var scale = StepInput.ScaleFor(height + moreRows, width + moreColumns, Side);
        var rowHeight = ((height + moreRows) * scale) + 80;
        using var sheet = new Sheet(TextLeft + TextWidth + Sheet.Margin, (int)(Top + (2 * rowHeight) + 40));
        var kernel = $"{step.PatchRegion.Height} × {step.PatchRegion.Width}";
        var own = step.Padding == Padding.Same ? "same" : "valid";
        sheet.Title(
            $"Borders: the kernel of {step.Path} at the edge of its input",
            $"The kernel covers {kernel} positions{(step.PatchRegion.Height != step.Kernel.Shape[0] ? " (with its dilation)" : "")}. The layer itself has "
                + $"padding '{own}'. Drawn for filter {step.Filter} with stride 1.");
        using var input = StepInput.Draw(step);
        var limit = TensorBitmap.MaxMagnitude(effect.Valid, effect.Same);
        DrawValid(sheet, effect, input, scale, limit);
        DrawSame(sheet, effect, input, scale, limit, Top + rowHeight);
        return sheet.ToPng();
    }

    private static void DrawValid(Sheet sheet, BorderEffect effect, SKBitmap input, float scale, double limit)
    {
        var (region, height, width) = (effect.Step.PatchRegion, input.Height, input.Width);
        sheet.Text("Without padding ('valid')", Sheet.Margin, Top - 14, 19, bold: true);
        var placed = sheet.Image(input, Sheet.Margin, Top, scale);
        sheet.Text(StepInput.Label(effect.Step), Sheet.Margin, placed.Bottom + 24, 16, Palette.Quiet, width: Side + 60);
        if (effect.ValidWindow is not { } window)
        {
            sheet.Paragraph(
                $"The input is smaller than the kernel: without padding there is no output for {height} × {width}.", OutputLeft,
                Top + 24, Side);
            return;
        }

        var (rows, columns) = (region.Height - 1, region.Width - 1);
        var kept = new ImageRegion(rows / 2, columns / 2, window.OutputHeight, window.OutputWidth);
        foreach (var lost in (ImageRegion[])
            [
                new(0, 0, kept.Top, width), new(kept.Bottom, 0, height - kept.Bottom, width),
                new(kept.Top, 0, kept.Height, kept.Left), new(kept.Top, kept.Right, kept.Height, width - kept.Right),
            ])
        {
            sheet.Fill(placed.Place(lost), Palette.Red.WithAlpha(110));
        }

        sheet.Frame(placed.Place(new ImageRegion(0, 0, region.Height, region.Width)), Palette.Orange, 3);
        sheet.Frame(placed.Place(new ImageRegion(height - region.Height, width - region.Width, region.Height, region.Width)), Palette.Orange, 3);
        var offset = (placed.X + (kept.Left * scale), placed.Y + (kept.Top * scale));
        DrawOutput(sheet, effect.Valid!, limit, scale, offset.Item2, placed);
        var y = Heading(sheet, $"{height} × {width}   to   {window.OutputHeight} × {window.OutputWidth}", Top + 20);
        y = sheet.Paragraph(
            rows + columns == 0
                ? "The kernel covers a single position, so it fits everywhere and nothing is lost. The frames are its first and its last position."
                : "The kernel must lie within the input. The frames are its first and its last position. Its center never reaches the shaded border, so "
                    + "the output is smaller.",
            TextLeft, y, TextWidth);
        Formula(sheet, y, "output = input − kernel + 1", $"{height} − {region.Height} + 1 = {window.OutputHeight}", height == width
            && region.Height == region.Width ? null : $"{width} − {region.Width} + 1 = {window.OutputWidth}");
    }

    private static void DrawSame(Sheet sheet, BorderEffect effect, SKBitmap input, float scale, double limit, float top)
    {
        var (region, window, height, width) = (effect.Step.PatchRegion, effect.SameWindow, input.Height, input.Width);
        var (rows, columns) = (region.Height - 1, region.Width - 1);
        sheet.Text("With zeros around the input ('same')", Sheet.Margin, top - 14, 19, bold: true);
        var zeros = SKRect.Create(Sheet.Margin, top, (width + columns) * scale, (height + rows) * scale);
        sheet.Fill(zeros, Palette.Grid);
        var placed = sheet.Image(input, Sheet.Margin + (window.PadLeft * scale), top + (window.PadTop * scale), scale);
        DrawZeros(sheet, placed, window.PadTop, window.PadLeft, rows, columns);
        sheet.Frame(placed.Place(new ImageRegion(-window.PadTop, -window.PadLeft, region.Height, region.Width)), Palette.Orange, 3);
        sheet.Frame(placed.Place(new ImageRegion(height - 1 - window.PadTop, width - 1 - window.PadLeft, region.Height, region.Width)), Palette.Orange, 3);
        sheet.Text(
            $"{height} × {width}, with zeros {height + rows} × {width + columns}", Sheet.Margin, zeros.Bottom + 24, 16, Palette.Quiet, width: Side + 60);
        DrawOutput(sheet, effect.Same, limit, scale, placed.Y, placed);
        var y = Heading(sheet, $"{height} × {width}   to   {window.OutputHeight} × {window.OutputWidth}", top + 20);
        y = sheet.Paragraph(
            rows + columns == 0
                ? "No zeros are needed: the size does not change, and both paddings are the same."
                : "The kernel starts partly outside the input, where it reads zeros. Every input position is the center of one patch, so the size does "
                    + "not change. Outputs at the border see less of the image than others.",
            TextLeft, y, TextWidth);
        Formula(sheet, y, "output = input", $"zeros: {StepInput.Count(window.PadTop, "row")} above, {rows - window.PadTop} below,",
            $"{StepInput.Count(window.PadLeft, "column")} left, {columns - window.PadLeft} right");
    }

    /// <summary>Writes the zeros if the cells are large enough.</summary>
    private static void DrawZeros(Sheet sheet, PlacedImage placed, int padTop, int padLeft, int rows, int columns)
    {
        if (placed.Scale < 9) return;
        for (var row = -padTop; row < placed.Rows + rows - padTop; row++)
        {
            for (var column = -padLeft; column < placed.Columns + columns - padLeft; column++)
            {
                if (row >= 0 && row < placed.Rows && column >= 0 && column < placed.Columns) continue;
                var cell = placed.Place(new ImageRegion(row, column, 1, 1));
                sheet.Text("0", cell.MidX, cell.MidY + (placed.Scale * 0.3f), Math.Min(16, placed.Scale * 0.85f), Palette.Quiet, align: SKTextAlign.Center);
            }
        }
    }

    private static void DrawOutput(Sheet sheet, Tensor map, double limit, float scale, float y, PlacedImage input)
    {
        sheet.Arrow(OutputLeft - 62, input.MiddleY, 40);
        using var bitmap = TensorBitmap.OfMap(map, limit);
        var placed = sheet.Image(bitmap, OutputLeft, y, scale);
        sheet.Text($"output {StepInput.Size(map)}", OutputLeft, placed.Bottom + 24, 16, Palette.Quiet);
    }

    private static float Heading(Sheet sheet, string text, float y)
    {
        sheet.Text(text, TextLeft, y, 26, bold: true, width: TextWidth);
        return y + 36;
    }

    private static void Formula(Sheet sheet, float y, params IReadOnlyList<string?> lines)
    {
        y += 8;
        foreach (var (i, line) in lines.OfType<string>().Index())
        {
            sheet.Text(line, TextLeft, y + 4, 18, bold: i == 0, width: TextWidth);
            y += 26;
        }
    }
}
