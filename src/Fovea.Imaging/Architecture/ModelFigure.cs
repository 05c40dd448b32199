using System.Globalization;
using System.Text;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Draws the architecture of a model as a graph, Keras' <c>plot_model</c>: a box for each layer with its name, class, output shape and parameters, and a line
/// from each layer to those that read it. Normalizations, activations and dropouts are in the box of the layer that they follow. Colors show the kinds of
/// layers; frozen layers have a dashed border. Deep networks are drawn in several columns.
/// </summary>
public static class ModelFigure
{
    private const float Margin = 32;
    private const float HeadingHeight = 62;
    private const float LegendLine = 24;
    private const string Ink = "#1F2937";
    private const string Quiet = "#6B7280";
    private const string Line = "#9CA3AF";

    /// <summary>The largest number of pixels of a PNG file. Larger figures are drawn at a smaller scale.</summary>
    private const double MaxPixels = 60e6;

    /// <summary>Writes the figure as a file. An existing file is replaced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file to write. It ends with <c>.svg</c> or <c>.png</c>.</param>
    /// <param name="expandNested">Whether the layers of inner models are drawn; otherwise each inner model is one box.</param>
    /// <exception cref="ArgumentException">The file has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Model model, string path, bool expandNested = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => Encoding.UTF8.GetBytes(ToSvg(model, expandNested)),
            ".png" => ToPng(model, expandNested),
            _ => throw new ArgumentException($"ModelFigure: expected a file that ends with .svg or .png; received '{path}'.", nameof(path)),
        });
    }

    /// <summary>Draws the figure as SVG. Its texts can be selected and searched.</summary>
    /// <inheritdoc cref="Save" path="/param[@name='model' or @name='expandNested']"/>
    public static string ToSvg(Model model, bool expandNested = false)
    {
        var drawing = Drawing.Of(model, expandNested);
        var canvas = new SvgFigureCanvas(drawing.Width, drawing.Height, $"The architecture of {drawing.Summary.Name}");
        drawing.DrawOn(canvas);
        return canvas.ToString();
    }

    /// <summary>Draws the figure as PNG.</summary>
    /// <param name="model">The model.</param>
    /// <param name="expandNested">Whether the layers of inner models are drawn; otherwise each inner model is one box.</param>
    /// <param name="scale">The number of pixels of the file for each of the figure, which has texts of 12 and 14 pixels. Very large figures have fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not above 0.</exception>
    public static byte[] ToPng(Model model, bool expandNested = false, double scale = 1.5)
    {
        if (!(scale > 0 && scale <= 16))
            throw new ArgumentOutOfRangeException(
                nameof(scale), string.Create(CultureInfo.InvariantCulture, $"ModelFigure: scale must be above 0 and at most 16; received {scale}."));
        var drawing = Drawing.Of(model, expandNested);
        scale = Math.Min(scale, Math.Sqrt(MaxPixels / (drawing.Width * drawing.Height)));
        var size =
            new SKImageInfo((int)Math.Ceiling(drawing.Width * scale), (int)Math.Ceiling(drawing.Height * scale), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var surface = SKSurface.Create(size);
        surface.Canvas.Clear(Palette.Paper);
        surface.Canvas.Scale((float)scale);
        drawing.DrawOn(new SkiaFigureCanvas(surface.Canvas));
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Draws the figure as SVG within HTML, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param[@name='model' or @name='expandNested']"/>
    public static string ToHtml(Model model, bool expandNested = false) => ToSvg(model, expandNested);

    private sealed record Drawing(ModelSummary Summary, ModelDiagram Diagram)
    {
        private List<LayerKind> Kinds => [.. Diagram.Boxes.SelectMany(box => box.Rows).Select(row => row.Kind).Distinct().Order()];

        private string Subtitle => string.Create(
            CultureInfo.InvariantCulture,
            $"{Summary.Parameters:N0} parameters{(Summary.NonTrainableParameters > 0 ? $", {Summary.TrainableParameters:N0} of them trainable" : "")}");

        private float Content => new[] { Diagram.Width, Measure(Summary.Name, 22, true), Measure(Subtitle, 14, false), 260 }.Max();

        private float Top => Margin + HeadingHeight + (LegendLine * Legend().Max(entry => entry.Row + 1)) + 14;

        public float Width => Content + (2 * Margin);

        public float Height => Top + Diagram.Height + Margin;

        public static Drawing Of(Model model, bool expandNested)
        {
            ArgumentNullException.ThrowIfNull(model);
            var summary = model.Summary(expandNested);
            return new Drawing(summary, new ModelDiagram(summary, expandNested, Measure));
        }

        public void DrawOn(IFigureCanvas canvas)
        {
            canvas.Rectangle(new LayoutRect(0, 0, Width, Height), 0, "#FFFFFF");
            canvas.Text(Summary.Name, Margin, Margin + 22, 22, Ink, isBold: true);
            canvas.Text(Subtitle, Margin, Margin + 46, 14, Quiet);
            foreach (var (kind, x, row) in Legend())
            {
                var y = Margin + HeadingHeight + (row * LegendLine);
                canvas.Rectangle(new LayoutRect(Margin + x, y + 3, 12, 12), 3, LayerKinds.Color(kind));
                canvas.Text(LayerKinds.Name(kind), Margin + x + 18, y + 14, 13, Quiet);
            }

            var left = (Width - Diagram.Width) / 2;
            foreach (var group in Diagram.Groups) DrawGroup(canvas, group, left, Top);
            foreach (var edge in Diagram.Edges) DrawEdge(canvas, edge.Moved(left, Top));
            foreach (var box in Diagram.Boxes) DrawBox(canvas, box, left, Top);
        }

        private static float Measure(string text, float size, bool isBold)
        {
            using var font = isBold ? Lettering.SemiBold(size) : Lettering.Regular(size);
            return font.MeasureText(text);
        }

        /// <summary>The places of the legend's entries. They fill the width of the figure in as many lines as they need.</summary>
        private List<(LayerKind Kind, float X, int Row)> Legend()
        {
            var (entries, x, row) = (new List<(LayerKind, float, int)>(), 0f, 0);
            foreach (var kind in Kinds)
            {
                var length = 18 + Measure(LayerKinds.Name(kind), 13, false);
                if (x > 0 && x + length > Content) (x, row) = (0, row + 1);
                entries.Add((kind, x, row));
                x += length + 20;
            }

            return entries;
        }

        private static void DrawGroup(IFigureCanvas canvas, DiagramGroup group, float x, float y)
        {
            var place = group.Place.Moved(x, y);
            canvas.Rectangle(place, 12, "#F5F6FA", "#A5B4FC", 1.25f, group.IsFrozen);
            canvas.Text(group.Title, place.Left + 16, place.Top + 20, ModelDiagram.TitleSize, LayerKinds.Color(LayerKind.Model), isBold: true);
        }

        private static void DrawBox(IFigureCanvas canvas, DiagramBox box, float x, float y)
        {
            var (place, main) = (box.Place.Moved(x, y), box.Rows[0]);
            var color = LayerKinds.Color(main.Kind);
            if (main.Kind == LayerKind.Model) canvas.Rectangle(place.Moved(5, 5), 8, Tint(color, 0.06), Tint(color, 0.5));
            canvas.Rectangle(
                place, 8, Tint(color, 0.08), Tint(color, box.Rows.Any(row => row.IsFrozen) ? 0.9 : 0.55), 1.25f, box.Rows.Any(row => row.IsFrozen),
                string.Join(", ", box.Rows.Select(row => row.FullName)));
            var (left, right) = (place.Left + ModelDiagram.SidePadding, place.Right - ModelDiagram.SidePadding);
            canvas.Rectangle(new LayoutRect(place.Left + 5, place.Top + 6, 4, ModelDiagram.MainRow - 12), 2, color);
            canvas.Text(main.Name, left, place.Top + 20, ModelDiagram.NameSize, Ink, isBold: true);
            canvas.Text(main.ClassName, right, place.Top + 20, ModelDiagram.TextSize, Quiet, isRight: true);
            canvas.Text(main.Shape, left, place.Top + 38, ModelDiagram.TextSize, Quiet);
            if (main.Note.Length > 0) canvas.Text(main.Note, right, place.Top + 38, ModelDiagram.TextSize, Quiet, isRight: true);
            for (var i = 1; i < box.Rows.Count; i++)
            {
                var (row, top) = (box.Rows[i], place.Top + ModelDiagram.MainRow + ((i - 1) * ModelDiagram.NextRow));
                canvas.Rectangle(new LayoutRect(place.Left + 5, top + 2, 4, ModelDiagram.NextRow - 6), 2, LayerKinds.Color(row.Kind));
                canvas.Text(row.Name, left, top + 14, ModelDiagram.TextSize, Ink);
                canvas.Text(row.ClassName, right, top + 14, ModelDiagram.TextSize, Quiet, isRight: true);
            }
        }

        private static void DrawEdge(IFigureCanvas canvas, LayoutEdge edge)
        {
            canvas.Path(edge.IsRightAngled ? Rounded(edge.Points) : Curved(edge.Points), fill: null, Line, 1.5f);
            if (edge.IsRightAngled) return;
            var tip = edge.Points[^1];
            canvas.Path(string.Create(CultureInfo.InvariantCulture, $"M{tip.X:0.#} {tip.Y:0.#}l-4 -7h8z"), Line);
        }

        private static string Curved(IReadOnlyList<LayoutPoint> points)
        {
            var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M{points[0].X:0.#} {points[0].Y:0.#}"));
            for (var i = 1; i < points.Count; i++)
            {
                var (from, to) = (points[i - 1], points[i]);
                var middle = (from.Y + to.Y) / 2;
                if (Math.Abs(from.X - to.X) < 0.1f) path.Append(CultureInfo.InvariantCulture, $"L{to.X:0.#} {to.Y:0.#}");
                else path.Append(CultureInfo.InvariantCulture, $"C{from.X:0.#} {middle:0.#} {to.X:0.#} {middle:0.#} {to.X:0.#} {to.Y:0.#}");
            }

            return path.ToString();
        }

        /// <summary>Straight lines with rounded corners.</summary>
        private static string Rounded(IReadOnlyList<LayoutPoint> points)
        {
            var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M{points[0].X:0.#} {points[0].Y:0.#}"));
            for (var i = 1; i < points.Count - 1; i++)
            {
                var (before, corner, after) = (Towards(points[i], points[i - 1]), points[i], Towards(points[i], points[i + 1]));
                path.Append(CultureInfo.InvariantCulture, $"L{before.X:0.#} {before.Y:0.#}Q{corner.X:0.#} {corner.Y:0.#} {after.X:0.#} {after.Y:0.#}");
            }

            return path.Append(CultureInfo.InvariantCulture, $"L{points[^1].X:0.#} {points[^1].Y:0.#}").ToString();
        }

        private static LayoutPoint Towards(LayoutPoint from, LayoutPoint to)
        {
            var (x, y) = (to.X - from.X, to.Y - from.Y);
            var length = MathF.Sqrt((x * x) + (y * y));
            var step = length == 0 ? 0 : Math.Min(8, length / 2) / length;
            return new LayoutPoint(from.X + (step * x), from.Y + (step * y));
        }

        private static string Tint(string color, double strength)
        {
            var tint = Palette.Tint(SKColor.Parse(color), strength);
            return $"#{tint.Red:X2}{tint.Green:X2}{tint.Blue:X2}";
        }
    }
}
