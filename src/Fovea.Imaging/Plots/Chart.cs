using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>A chart with two linear axes: curves, rings around points and vertical marks over horizontal grid lines.</summary>
internal sealed class Chart
{
    /// <summary>The margins around the plot area in pixels.</summary>
    public const int Left = 90;

    /// <inheritdoc cref="Left"/>
    public const int Right = 40;

    private const int Bottom = 75;

    /// <summary>The height of the line above the plot area in which the labels of marks are written.</summary>
    private const int MarkLabelHeight = 34;

    /// <summary>The approximate distance between grid lines in pixels.</summary>
    private const double GridStep = 50;

    private readonly List<Curve> curves = [];
    private readonly List<Ring> rings = [];
    private readonly List<Mark> marks = [];
    private readonly List<CutOff> cutOffs = [];

    /// <summary>The space above the plot area and the labels of marks, in pixels.</summary>
    public float Top { get; init; } = 110;

    /// <summary>The label below the horizontal axis.</summary>
    public required string Label { get; init; }

    /// <summary>The ticks of the horizontal axis, with their texts.</summary>
    public required IReadOnlyList<(double Value, string Text)> Ticks { get; init; }

    /// <summary>The values at the left and the right border.</summary>
    public required (double Low, double High) Horizontal { get; init; }

    /// <summary>The values at the lower and the upper border.</summary>
    public required (double Low, double High) Vertical { get; init; }

    /// <summary>Formats the value of a grid line; an empty text is not drawn.</summary>
    public Func<double, string> Print { get; init; } = value => value.ToString("0.########", CultureInfo.InvariantCulture);

    /// <summary>Adds a curve with gaps at values that are not finite.</summary>
    /// <param name="xs">The points' horizontal values.</param>
    /// <param name="ys">Their vertical values.</param>
    /// <param name="color">The color of the line and of the points.</param>
    /// <param name="width">The width of the line in pixels.</param>
    /// <param name="marker">The diameter of a dot at each point, in pixels; 0 for none.</param>
    public void AddCurve(double[] xs, double[] ys, SKColor color, float width, float marker = 0) => curves.Add(new Curve(xs, ys, color, width, marker));

    /// <summary>Adds a ring around a point.</summary>
    public void AddRing(double x, double y, SKColor color) => rings.Add(new Ring(x, y, color));

    /// <summary>Adds a dashed vertical line. Its label is written above the plot area, up to the label of the next mark.</summary>
    public void AddMark(double x, SKColor color, string label = "") => marks.Add(new Mark(x, color, label));

    /// <summary>Adds a triangle at the upper or lower border, where a value lies beyond it.</summary>
    public void AddCutOff(double x, bool isAbove, SKColor color) => cutOffs.Add(new CutOff(x, isAbove, color));

    /// <summary>Draws the chart within a rectangle that includes the margins.</summary>
    public void Draw(SKCanvas canvas, SKRect bounds)
    {
        var top = bounds.Top + Top + (marks.Any(mark => mark.Label.Length > 0) ? MarkLabelHeight : 0);
        var area = new SKRect(bounds.Left + Left, top, bounds.Right - Right, bounds.Bottom - Bottom);
        DrawAxes(canvas, area);
        DrawMarks(canvas, area);
        canvas.Save();
        canvas.ClipRect(area);
        foreach (var curve in curves) DrawCurve(canvas, area, curve);
        canvas.Restore();
        foreach (var cutOff in cutOffs) DrawCutOff(canvas, area, cutOff);
        foreach (var ring in rings)
        {
            using var paint = Stroke(ring.Color, 2.5f);
            canvas.DrawCircle(Place(area, ring.X, ring.Y), 10, paint);
        }
    }

    /// <summary>The values of the grid lines: multiples of 1, 2 or 5 times a power of ten, with a minimum distance.</summary>
    internal static IReadOnlyList<double> GridValues(double low, double high, double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        var nice = power * ((double[])[1, 2, 5, 10]).First(factor => factor * power >= step * (1 - 1e-9));
        var (first, last) = ((long)Math.Ceiling((low / nice) - 1e-9), (long)Math.Floor((high / nice) + 1e-9));
        return [.. Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(i => Math.Round((first + i) * nice, 12))];
    }

    private void DrawAxes(SKCanvas canvas, SKRect area)
    {
        using var font = Lettering.Regular(17);
        using var grid = Stroke(Palette.Grid, 1, isAntialiased: false);
        foreach (var value in GridValues(Vertical.Low, Vertical.High, (Vertical.High - Vertical.Low) * GridStep / area.Height))
        {
            var y = Place(area, Horizontal.Low, value).Y;
            canvas.DrawLine(area.Left, y, area.Right, y, grid);
            Lettering.Draw(canvas, Print(value), area.Left - 6, y + 6, SKTextAlign.Right, font, Palette.Quiet);
        }

        using var axis = Stroke(Palette.Quiet, 1, isAntialiased: false);
        canvas.DrawLine(area.Left, area.Bottom, area.Right, area.Bottom, axis);
        foreach (var (value, text) in Ticks)
            Lettering.Draw(canvas, text, Place(area, value, Vertical.Low).X, area.Bottom + 19, SKTextAlign.Center, font, Palette.Quiet);
        Lettering.Draw(canvas, Label, area.MidX, area.Bottom + 45, SKTextAlign.Center, font, Palette.Quiet);
    }

    private void DrawCurve(SKCanvas canvas, SKRect area, Curve curve)
    {
        using var path = new SKPath();
        using var line = Stroke(curve.Color, curve.Width);
        using var dot = new SKPaint { IsAntialias = true, Color = curve.Color };
        var isDrawn = false;
        for (var i = 0; i < curve.Xs.Length; i++)
        {
            var isFinite = double.IsFinite(curve.Ys[i]);
            var point = isFinite ? Place(area, curve.Xs[i], curve.Ys[i]) : default;
            if (isFinite && isDrawn) path.LineTo(point);
            else if (isFinite) path.MoveTo(point);
            if (isFinite && curve.Marker > 0) canvas.DrawCircle(point, curve.Marker / 2, dot);
            isDrawn = isFinite;
        }

        canvas.DrawPath(path, line);
    }

    private void DrawMarks(SKCanvas canvas, SKRect area)
    {
        using var font = Lettering.Regular(16);
        using var dashes = SKPathEffect.CreateDash([10, 10], 0);
        for (var i = 0; i < marks.Count; i++)
        {
            using var paint = Stroke(marks[i].Color, 1.5f);
            paint.PathEffect = dashes;
            var at = Place(area, marks[i].X, Vertical.Low).X;
            if (marks[i].X > Horizontal.Low) canvas.DrawLine(at, area.Bottom, at, area.Top, paint);
            var end = i + 1 < marks.Count ? Place(area, marks[i + 1].X, Vertical.Low).X : area.Right + Right;
            if (marks[i].Label.Length > 0 && end - at > 30)
                Lettering.Draw(canvas, Lettering.Fit(marks[i].Label, font, end - at - 10), at, area.Top - 16, SKTextAlign.Left, font, marks[i].Color);
        }
    }

    private void DrawCutOff(SKCanvas canvas, SKRect area, CutOff cutOff)
    {
        var x = Place(area, cutOff.X, Vertical.Low).X;
        var (tip, side) = cutOff.IsAbove ? (area.Top - 9, area.Top + 1) : (area.Bottom + 9, area.Bottom - 1);
        using var path = new SKPath();
        path.AddPoly([new SKPoint(x, tip), new SKPoint(x - 6, side), new SKPoint(x + 6, side)]);
        using var paint = new SKPaint { IsAntialias = true, Color = cutOff.Color };
        canvas.DrawPath(path, paint);
    }

    private static SKPaint Stroke(SKColor color, float width, bool isAntialiased = true) =>
        new() { IsStroke = true, IsAntialias = isAntialiased, Color = color, StrokeWidth = width, StrokeJoin = SKStrokeJoin.Round };

    private SKPoint Place(SKRect area, double x, double y) => new(
        (float)(area.Left + ((x - Horizontal.Low) / (Horizontal.High - Horizontal.Low) * area.Width)),
        (float)(area.Bottom - ((y - Vertical.Low) / (Vertical.High - Vertical.Low) * area.Height)));

    private sealed record Curve(double[] Xs, double[] Ys, SKColor Color, float Width, float Marker);

    private sealed record Ring(double X, double Y, SKColor Color);

    private sealed record Mark(double X, SKColor Color, string Label);

    private sealed record CutOff(double X, bool IsAbove, SKColor Color);
}
