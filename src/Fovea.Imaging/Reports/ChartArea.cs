using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// The plot of a chart as SVG: its axes, and the shapes drawn within. Colors are variables of the style sheet, so that they follow the theme.
/// </summary>
internal sealed class ChartArea
{
    /// <summary>The size in units of the drawing; the page scales it to the width that there is.</summary>
    public const double Width = 460;
    private const double Top = 10;
    private const double Right = 14;
    private const double LetterWidth = 6.4;

    private readonly HtmlWriter html;
    private readonly ChartAxis x;
    private readonly ChartAxis y;
    private readonly double left;
    private readonly double bottom;
    private readonly double height;
    private readonly string clip;

    /// <summary>Begins the drawing with its grid.</summary>
    /// <param name="html">The page.</param>
    /// <param name="description">The text for readers who do not see the drawing.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="xLabel">The label of the horizontal axis; empty for none.</param>
    /// <param name="yLabel">The label of the vertical axis; empty for none.</param>
    /// <param name="height">The height in units of the drawing.</param>
    public ChartArea(HtmlWriter html, string description, ChartAxis x, ChartAxis y, string xLabel, string yLabel, double height = 270)
    {
        (this.html, this.x, this.y, this.height) = (html, x, y, height);
        var yTicks = y.Ticks();
        left = 14 + (LetterWidth * yTicks.Select(tick => tick.Text.Length).DefaultIfEmpty(1).Max()) + (yLabel.Length > 0 ? 18 : 0);
        bottom = xLabel.Length > 0 ? 44 : 26;
        clip = html.NextId("plot");
        html.Open("svg", ("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height}")), ("role", "img"), ("aria-label", description))
            .Open("clipPath", ("id", clip))
            .Empty("rect", ("x", N(left)), ("y", N(Top - 2)), ("width", N(Width - Right - left)), ("height", N(height - bottom - Top + 4)))
            .Close("clipPath");
        DrawAxes(yTicks, xLabel, yLabel);
    }

    /// <summary>The horizontal position of a value.</summary>
    public double X(double value) => left + (x.Position(value) * (Width - Right - left));

    /// <summary>The vertical position of a value.</summary>
    public double Y(double value) => height - bottom - (y.Position(value) * (height - bottom - Top));

    /// <summary>A number of the drawing, with one decimal.</summary>
    public static string N(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Begins shapes that are cut off at the borders of the plot.</summary>
    public void BeginClipped(string styleName) => html.Open("g", ("class", styleName), ("clip-path", $"url(#{clip})"));

    public void EndClipped() => html.Close("g");

    /// <summary>Draws a curve through points; values that are not finite interrupt it.</summary>
    public void Curve(IReadOnlyList<double> xs, IReadOnlyList<double> ys, string? styleName)
    {
        var path = new System.Text.StringBuilder();
        var isOpen = false;
        for (var i = 0; i < xs.Count; i++)
        {
            if (!x.Takes(xs[i]) || !y.Takes(ys[i]))
            {
                isOpen = false;
                continue;
            }

            var isAlone = !isOpen && (i + 1 == xs.Count || !y.Takes(ys[i + 1]));
            path.Append(isOpen ? 'L' : 'M').Append(N(X(xs[i]))).Append(' ').Append(N(Y(ys[i])));
            if (isAlone) path.Append("h.01");
            isOpen = true;
        }

        html.Empty("path", ("d", path.ToString()), ("class", styleName));
    }

    /// <summary>Draws a point, whose text is shown by the mouse.</summary>
    public void Point(double xValue, double yValue, double radius, string? styleName, string text)
    {
        if (!x.Takes(xValue) || !y.Takes(yValue)) return;
        html.Open("circle", ("cx", N(X(xValue))), ("cy", N(Y(yValue))), ("r", N(radius)), ("class", styleName)).Element("title", text).Close("circle");
    }

    /// <summary>Draws a rectangle between values of the axes.</summary>
    public void Box((double Low, double High) horizontal, (double Low, double High) vertical, string? styleName, string text)
    {
        var (x0, x1) = (X(horizontal.Low), X(horizontal.High));
        var (y0, y1) = (Y(Math.Max(vertical.Low, vertical.High)), Y(Math.Min(vertical.Low, vertical.High)));
        html.Open(
                "rect", ("x", N(x0 + 0.5)), ("y", N(y0)), ("width", N(Math.Max(0.5, x1 - x0 - 1))), ("height", N(Math.Max(0.5, y1 - y0))), ("class", styleName))
            .Element("title", text).Close("rect");
    }

    public void Line(double x0, double y0, double x1, double y1, string styleName) =>
        html.Empty("line", ("x1", N(X(x0))), ("y1", N(Y(y0))), ("x2", N(X(x1))), ("y2", N(Y(y1))), ("class", styleName));

    /// <summary>Draws a vertical line with a label at its upper end.</summary>
    public void Mark(double value, string label)
    {
        if (!x.Takes(value) || x.Position(value) is < 0 or > 1) return;
        var at = X(value);
        html.Empty("line", ("x1", N(at)), ("y1", N(Top)), ("x2", N(at)), ("y2", N(height - bottom)), ("class", "mark"));
        var isLeft = at + 6 + (LetterWidth * label.Length) > Width - Right;
        html.Element("text", label, ("x", N(at + (isLeft ? -5 : 5))), ("y", N(Top + 10)), ("class", isLeft ? "mark end" : "mark"));
    }

    /// <summary>Marks a place at the upper border where a value cannot be drawn.</summary>
    public void Missing(double value, string styleName, string text) =>
        html.Open("text", ("x", N(X(value))), ("y", N(Top + 8)), ("class", styleName)).Element("title", text).Text("×").Close("text");

    public void End() => html.Close("svg");

    private void DrawAxes(IReadOnlyList<(double Value, string Text)> yTicks, string xLabel, string yLabel)
    {
        html.Open("g", ("class", "axes"));
        foreach (var (value, text) in yTicks)
        {
            var at = N(Y(value));
            html.Empty("line", ("x1", N(left)), ("y1", at), ("x2", N(Width - Right)), ("y2", at));
            html.Element("text", text, ("x", N(left - 6)), ("y", N(Y(value) + 4)), ("class", "end"));
        }

        foreach (var (value, text) in x.Ticks())
            html.Element("text", text, ("x", N(X(value))), ("y", N(height - bottom + 16)), ("class", "middle"));
        if (xLabel.Length > 0)
            html.Element("text", xLabel, ("x", N((left + Width - Right) / 2)), ("y", N(height - 7)), ("class", "middle label"));
        if (yLabel.Length > 0)
        {
            var middle = N((Top + height - bottom) / 2);
            html.Element("text", yLabel, ("class", "middle label"), ("transform", $"translate(12 {middle}) rotate(-90)"));
        }

        html.Close("g");
    }
}
