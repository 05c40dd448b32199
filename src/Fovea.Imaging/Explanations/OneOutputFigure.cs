using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws how one output of a convolution is computed: the patch on the image, patch times kernel, the products, their sum, bias, activation and output.
/// </summary>
public static class OneOutputFigure
{
    private const int Top = 160;
    private const int Side = 300;
    private const int GridsLeft = Sheet.Margin + Side + 60;
    private const int Gap = 44;
    private const int SumWidth = 110;
    private const int MaxChannels = 4;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="step">The output with its parts, from <see cref="ConvolutionStep.Compute"/>.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(ConvolutionStep step, string path) => AtomicFile.Write(path, ToPng(step));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static string ToHtml(ConvolutionStep step) => FigureHtml.Image(ToPng(step), "One output of a convolution");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    public static byte[] ToPng(ConvolutionStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var shares = step.Shares.Count <= MaxChannels ? step.Shares.OrderBy(share => share.Channel).ToList() : [.. step.Shares.Take(MaxChannels)];
        var cell = CellFor(step);
        var (gridWidth, gridHeight) = (cell * step.Kernel.Shape[1], cell * step.Kernel.Shape[0]);
        var right = GridsLeft + (3 * gridWidth) + (3 * Gap) + SumWidth;
        var outputScale = StepInput.ScaleFor(step.Window.OutputHeight, step.Window.OutputWidth, Side);
        var gridsHeight = (shares.Count * (gridHeight + 40)) + (step.Shares.Count > shares.Count ? 30 : 0);
        var leftHeight = (Side + 70) * (step.ReadsImage ? 1 : 2);
        var rightHeight = 220 + (outputScale * step.Window.OutputHeight) + 40;
        using var sheet = new Sheet((int)right + Side + 40 + Sheet.Margin, (int)(Top + Math.Max(Math.Max(gridsHeight, leftHeight), rightHeight) + 80));
        sheet.Title(
            $"One output of {step.Path}: filter {step.Filter}, row {step.Row}, column {step.Column}",
            "A patch of the input is multiplied by the kernel, element by element. The products are summed, the bias is added, and the activation is applied.");
        DrawInput(sheet, step);
        DrawChannels(sheet, step, shares, cell);
        DrawOutput(sheet, step, right + 20, outputScale);
        sheet.Legend(GridsLeft, sheet.Height - 48, "each color relative to the largest patch, kernel or product value");
        return sheet.ToPng();
    }

    /// <summary>The size of a cell: large for a single channel, too small for text in large kernels.</summary>
    private static float CellFor(ConvolutionStep step) => Math.Max(step.Kernel.Shape[0], step.Kernel.Shape[1]) switch
    {
        1 => 96,
        <= 3 => step.Shares.Count == 1 ? 90 : 62,
        <= 5 => 56,
        var size => 210f / size,
    };

    /// <summary>Draws the image with the receptive field, and the layer's input with the patch.</summary>
    private static void DrawInput(Sheet sheet, ConvolutionStep step)
    {
        var (height, width) = (step.Image.Shape[1], step.Image.Shape[2]);
        sheet.Text(step.ReadsImage ? "The patch on the image" : "The receptive field on the image", Sheet.Margin, Top - 12, 18, bold: true);
        using var image = TensorBitmap.OfImage(step.Image);
        var placed = sheet.Image(image, Sheet.Margin, Top, StepInput.ScaleFor(height, width, Side));
        sheet.Frame(placed.Place(step.SeenRegion, 10), Palette.Orange, 3);
        var y = Captions(sheet, placed.Bottom + 24, $"image {height} × {width}", step.SeenRegion);
        if (step.ReadsImage) return;
        sheet.Text("The patch on the layer's input", Sheet.Margin, y + 26, 18, bold: true);
        using var input = StepInput.Draw(step);
        placed = sheet.Image(input, Sheet.Margin, y + 38, StepInput.ScaleFor(input.Height, input.Width, Side - 50));
        sheet.Frame(placed.Place(step.PatchRegion, 10), Palette.Orange, 3);
        Captions(sheet, placed.Bottom + 24, $"channel {step.Shares[0].Channel} of {step.Input.Shape[3]}, {StepInput.Size(step.Input)}", step.PatchRegion);
    }

    private static float Captions(Sheet sheet, float y, string what, ImageRegion where)
    {
        sheet.Text(what, Sheet.Margin, y, 16, Palette.Quiet, width: Side);
        sheet.Text($"framed: {where}", Sheet.Margin, y + 22, 16, Palette.Orange, width: Side + 40);
        return y + 32;
    }

    /// <summary>Draws a row for each channel: patch × kernel = products, and their sum.</summary>
    private static void DrawChannels(Sheet sheet, ConvolutionStep step, IReadOnlyList<ChannelShare> shares, float cell)
    {
        var (columns, y) = (step.Kernel.Shape[1], (float)Top);
        var (maxKernel, maxProduct, maxPatch) =
            (TensorBitmap.MaxMagnitude(step.Kernel), TensorBitmap.MaxMagnitude(step.Products), TensorBitmap.MaxMagnitude(step.Patch));
        var pixels = ShownRange.Of(step.Input.Values);
        float[] xs = [.. Enumerable.Range(0, 4).Select(i => GridsLeft + (i * ((cell * columns) + Gap)))];
        foreach (var share in shares)
        {
            double[] Of(Tensor tensor) =>
                [.. Enumerable.Range(0, tensor.Values.Length / step.InputChannels.Count)
                .Select(i => (double)tensor.Values[(i * step.InputChannels.Count) + share.Index])];
            NumberGrid[] grids =
            [
                new(Of(step.Patch), columns, cell, value => step.ReadsImage
                    ? ExplanationColors.Grey(pixels.ToUnit(value))
                    : ExplanationColors.Diverging(value, maxPatch)) { IsOutside = i => step.IsOutside[i] },
                new(Of(step.Kernel), columns, cell, value => ExplanationColors.Diverging(value, maxKernel)),
                new(Of(step.Products), columns, cell, value => ExplanationColors.Diverging(value, maxProduct)),
            ];
            string[] headings = [$"patch{ChannelName(step, share)}", "kernel", "products"];
            var middle = y + (grids[0].Height / 2);
            for (var i = 0; i < grids.Length; i++)
            {
                sheet.Text(headings[i], xs[i], y - 10, 16, Palette.Quiet, width: Math.Max(60, grids[i].Width + Gap - 6));
                grids[i].Draw(sheet, xs[i], y);
                if (i < 2) sheet.Text(i == 0 ? "×" : "=", xs[i] + grids[i].Width + (Gap / 2f), middle + 8, 24, align: SKTextAlign.Center);
            }

            sheet.Arrow(xs[3] - Gap + 10, middle, 26);
            sheet.Text("sum", xs[3] + 4, middle - 18, 16, Palette.Quiet);
            sheet.Text(Number(share.Sum), xs[3] + 4, middle + 8, 22, bold: true);
            y += grids[0].Height + 40;
        }

        var rest = step.Shares.Except(shares).ToList();
        if (rest.Count > 0)
            sheet.Text(
                $"… and {rest.Count} more {(rest.Count == 1 ? "channel" : "channels")}, sum {Number(rest.Sum(share => share.Sum))}", GridsLeft, y - 4, 17);
    }

    private static string ChannelName(ConvolutionStep step, ChannelShare share) => (step.ReadsImage, step.Input.Shape[3]) switch
    {
        (true, 3) => share.Channel switch { 0 => ", red", 1 => ", green", _ => ", blue" },
        (_, 1) => "",
        _ => $", channel {share.Channel}",
    };

    /// <summary>Draws the sum, the bias and the activation as a calculation, and the output map with the position.</summary>
    private static void DrawOutput(Sheet sheet, ConvolutionStep step, float x, float scale)
    {
        sheet.Text("The sum", x, Top - 12, 18, bold: true);
        var y = Top + 16f;
        void Row(string what, string number, bool bold = false)
        {
            sheet.Text(what, x, y, 17, bold ? Palette.Ink : Palette.Quiet, bold, width: Side - 90);
            sheet.Text(number, x + Side, y, 19, bold: bold, align: SKTextAlign.Right);
            y += 28;
        }

        Row($"sum of {step.Products.Values.Length} products", Number(step.Sum));
        Row("+ bias", Number(step.Bias));
        sheet.Line(x, y - 18, x + Side, y - 18, Palette.Quiet);
        y += 4;
        if (step.Activation.Name != "linear") Row("=", Number(step.Sum + step.Bias));
        Row(step.Activation.Name == "linear" ? "= the output" : $"after {step.Activation.Name}", Number(step.Value), bold: true);
        sheet.Text($"The output of filter {step.Filter}", x, Top + 172, 18, bold: true);
        using var bitmap = TensorBitmap.OfMap(step.OutputMap, TensorBitmap.MaxMagnitude(step.OutputMap));
        var placed = sheet.Image(bitmap, x, Top + 184, scale);
        sheet.Frame(SKRect.Inflate(placed.Place(new ImageRegion(step.Row, step.Column, 1, 1), 8), 2, 2), Palette.Ink, 3);
        sheet.Text(
            $"{step.Window.OutputHeight} × {step.Window.OutputWidth}; framed: row {step.Row}, column {step.Column}", x, placed.Bottom + 24, 16, Palette.Quiet,
            width: Side);
    }

    private static string Number(double value) => NumberGrid.Print(value, Math.Abs(value) switch { >= 1000 => 100, >= 0.001 or 0 => 0.1, _ => 0 });
}
