using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Draws strides: for each stride the positions of the kernel on the input, and the output at the same scale.</summary>
public static class StrideFigure
{
    private const int Top = 150;
    private const int Side = 290;
    private const int TextWidth = 360;

    /// <summary>The maximum size of an input on which all positions are drawn. For a larger one they are drawn on a part of it.</summary>
    private const int Part = 32;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="step">The step of the maps.</param>
    /// <param name="maps">The result of <see cref="ConvolutionStep.StridesOf"/>, at least one map.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="ArgumentException">There are no maps.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(ConvolutionStep step, IReadOnlyList<StridedMap> maps, string path) => AtomicFile.Write(path, ToPng(step, maps));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">There are no maps.</exception>
    public static string ToHtml(ConvolutionStep step, IReadOnlyList<StridedMap> maps) => FigureHtml.Image(ToPng(step, maps), "Effect of strides");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">There are no maps.</exception>
    public static byte[] ToPng(ConvolutionStep step, IReadOnlyList<StridedMap> maps)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count == 0) throw new ArgumentException("StrideFigure: expected at least one stride; received none.", nameof(maps));
        using var input = StepInput.Draw(step);
        var isLarge = Math.Max(input.Height, input.Width) > Part;
        var scale = StepInput.ScaleFor(input.Height, input.Width, Side);
        var rowHeight = Math.Max(input.Height * scale, isLarge ? Side : 0) + 70;
        var left = isLarge ? Sheet.Margin + Side + 40 : Sheet.Margin;
        using var sheet = new Sheet(left + (2 * Side) + 80 + 40 + TextWidth + Sheet.Margin, (int)(Top + (maps.Count * rowHeight) + 20));
        sheet.Title(
            $"Strides: how far the kernel of {step.Path} moves from one output to the next",
            $"Each dot is the center of a patch and gives one output value. Inputs and outputs have the same scale. Drawn for filter {step.Filter}; the layer "
                + $"itself has strides {step.Window.StrideHeight} × {step.Window.StrideWidth}.");
        var limit = TensorBitmap.MaxMagnitude([.. maps.Select(map => map.Map)]);
        foreach (var (i, map) in maps.Index()) DrawRow(sheet, step, map, input, scale, Top + (i * rowHeight), left, limit);
        return sheet.ToPng();
    }

    private static void DrawRow(Sheet sheet, ConvolutionStep step, StridedMap map, SKBitmap input, float scale, float y, int left, double limit)
    {
        var part = PartOf(step, input);
        if (left > Sheet.Margin)
        {
            var whole = sheet.Image(input, Sheet.Margin, y, scale);
            sheet.Frame(whole.Place(part), Palette.Orange, 3);
            sheet.Text(StepInput.Label(step), Sheet.Margin, whole.Bottom + 24, 16, Palette.Quiet, width: Side + 20);
        }

        using var shown = new SKBitmap(part.Width, part.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        input.ExtractSubset(shown, SKRectI.Create(part.Left, part.Top, part.Width, part.Height));
        var placed = sheet.Image(shown, left, y, StepInput.ScaleFor(part.Height, part.Width, Side));
        sheet.Fill(placed.Place(new ImageRegion(0, 0, part.Height, part.Width)), SKColors.White.WithAlpha(90));
        DrawDots(sheet, map, placed, part);
        var label = left > Sheet.Margin ? $"the framed part, {part.Height} × {part.Width}, enlarged" : StepInput.Label(step);
        sheet.Text(label, left, placed.Bottom + 24, 16, Palette.Quiet, width: Side + 20);

        var outputLeft = left + Side + 80;
        sheet.Arrow(outputLeft - 62, placed.MiddleY, 40);
        using var bitmap = TensorBitmap.OfMap(map.Map, limit);
        var output = sheet.Image(bitmap, outputLeft, placed.MiddleY - (bitmap.Height * scale / 2), scale);
        sheet.Text($"output {StepInput.Size(map.Map)}", outputLeft, output.Bottom + 24, 16, Palette.Quiet);
        Explain(sheet, step, map, outputLeft + Side + 40, y + 20);
    }

    private static void Explain(Sheet sheet, ConvolutionStep step, StridedMap map, float x, float y)
    {
        var window = map.Window;
        sheet.Text(map.Stride == 1 ? "Stride 1" : $"Stride {map.Stride}", x, y, 22, bold: true);
        sheet.Text($"{window.InputHeight} × {window.InputWidth}   to   {window.OutputHeight} × {window.OutputWidth}", x, y + 36, 22, width: TextWidth);
        var (reach, numbers) = (step.PatchRegion.Height, window.OutputHeight * window.OutputWidth);
        y = sheet.Paragraph(
            step.Padding == Padding.Valid
                ? $"({window.InputHeight} − {reach}) ÷ {map.Stride}, rounded down, + 1 = {StepInput.Count(window.OutputHeight, "row")}"
                : $"{window.InputHeight} ÷ {map.Stride}, rounded up, = {StepInput.Count(window.OutputHeight, "row")} (padding 'same')",
            x, y + 72, TextWidth);
        sheet.Paragraph(
            $"{StepInput.Count(numbers, "position")}{(map.Stride == 1 ? "" : $", about 1 in {map.Stride * map.Stride} of those of stride "
            + "1; the computation shrinks likewise")}.", x, y, TextWidth);
    }

    /// <summary>Draws the centers of the patches on the part. The center of a kernel of even size is the pixel before its middle.</summary>
    private static void DrawDots(Sheet sheet, StridedMap map, PlacedImage placed, ImageRegion part)
    {
        var window = map.Window;
        var (down, across) = ((window.KernelHeight - 1) * window.DilationHeight / 2, (window.KernelWidth - 1) * window.DilationWidth / 2);
        for (var row = 0; row < window.OutputHeight; row++)
        {
            for (var column = 0; column < window.OutputWidth; column++)
            {
                var (y, x) = ((row * map.Stride) - window.PadTop + down - part.Top, (column * map.Stride) - window.PadLeft + across - part.Left);
                if (y < 0 || x < 0 || y >= part.Height || x >= part.Width) continue;
                var cell = placed.Place(new ImageRegion(y, x, 1, 1));
                sheet.Dot(cell.MidX, cell.MidY, placed.Scale * 0.34f, SKColors.White);
                sheet.Dot(cell.MidX, cell.MidY, placed.Scale * 0.25f, Palette.Orange);
            }
        }
    }

    /// <summary>The whole of a small input, or the part of a large one around the step.</summary>
    private static ImageRegion PartOf(ConvolutionStep step, SKBitmap input)
    {
        if (Math.Max(input.Height, input.Width) <= Part) return new ImageRegion(0, 0, input.Height, input.Width);
        var (height, width, patch) = (Math.Min(Part - 8, input.Height), Math.Min(Part - 8, input.Width), step.PatchRegion);
        return new ImageRegion(
            Math.Clamp(patch.Top + (patch.Height / 2) - (height / 2), 0, input.Height - height),
            Math.Clamp(patch.Left + (patch.Width / 2) - (width / 2), 0, input.Width - width), height, width);
    }
}
