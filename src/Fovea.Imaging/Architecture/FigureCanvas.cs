using System.Globalization;
using System.Net;
using System.Text;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Draws the elements of a figure, as pixels or as SVG. Colors are written as in <c>#2563EB</c>, paths as in SVG.</summary>
internal interface IFigureCanvas
{
    /// <summary>Draws a rectangle with rounded corners.</summary>
    void Rectangle(LayoutRect place, float radius, string? fill, string? stroke = null, float thickness = 1, bool isDashed = false, string? tooltip = null);

    /// <summary>Draws a line of text that begins, or with <paramref name="isRight"/> ends, at a point of its baseline.</summary>
    void Text(string text, float x, float baseline, float size, string color, bool isBold = false, bool isRight = false);

    /// <summary>Draws a path.</summary>
    void Path(string data, string? fill, string? stroke = null, float thickness = 1);
}

/// <summary>Draws a figure in pixels.</summary>
internal sealed class SkiaFigureCanvas(SKCanvas canvas) : IFigureCanvas
{
    public void Rectangle(LayoutRect place, float radius, string? fill, string? stroke, float thickness, bool isDashed, string? tooltip)
    {
        var rectangle = SKRect.Create(place.Left, place.Top, place.Width, place.Height);
        Paint(fill, stroke, thickness, isDashed, paint => canvas.DrawRoundRect(rectangle, radius, radius, paint));
    }

    public void Text(string text, float x, float baseline, float size, string color, bool isBold, bool isRight)
    {
        using var font = isBold ? Lettering.SemiBold(size) : Lettering.Regular(size);
        Lettering.Draw(canvas, text, x, baseline, isRight ? SKTextAlign.Right : SKTextAlign.Left, font, SKColor.Parse(color));
    }

    public void Path(string data, string? fill, string? stroke, float thickness)
    {
        using var path = SKPath.ParseSvgPathData(data);
        Paint(fill, stroke, thickness, isDashed: false, paint => canvas.DrawPath(path, paint));
    }

    private static void Paint(string? fill, string? stroke, float thickness, bool isDashed, Action<SKPaint> draw)
    {
        if (fill is not null)
        {
            using var paint = new SKPaint { IsAntialias = true, Color = SKColor.Parse(fill) };
            draw(paint);
        }

        if (stroke is null) return;
        using var dashes = isDashed ? SKPathEffect.CreateDash([5, 4], 0) : null;
        using var line = new SKPaint { IsAntialias = true, IsStroke = true, Color = SKColor.Parse(stroke), StrokeWidth = thickness, PathEffect = dashes };
        draw(line);
    }
}

/// <summary>Writes a figure as SVG with text that can be selected and searched. Without the typeface Inter, a similar one of the system is used.</summary>
internal sealed class SvgFigureCanvas(float width, float height, string title) : IFigureCanvas
{
    private readonly StringBuilder elements = new();

    public void Rectangle(LayoutRect place, float radius, string? fill, string? stroke, float thickness, bool isDashed, string? tooltip)
    {
        elements.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{place.Left:0.#}\" y=\"{place.Top:0.#}\" width=\"{place.Width:0.#}\" height=\"{place.Height:0.#}\" rx=\"{radius:0.#}\"");
        elements.Append(Style(fill, stroke, thickness));
        if (isDashed) elements.Append(" stroke-dasharray=\"5 4\"");
        elements.Append(tooltip is null ? "/>\n" : $"><title>{WebUtility.HtmlEncode(tooltip)}</title></rect>\n");
    }

    public void Text(string text, float x, float baseline, float size, string color, bool isBold, bool isRight)
    {
        elements.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{baseline:0.#}\" font-size=\"{size:0.#}\" fill=\"{color}\"");
        if (isBold) elements.Append(" font-weight=\"600\"");
        if (isRight) elements.Append(" text-anchor=\"end\"");
        elements.Append('>').Append(WebUtility.HtmlEncode(text)).Append("</text>\n");
    }

    public void Path(string data, string? fill, string? stroke, float thickness) =>
        elements.Append(CultureInfo.InvariantCulture, $"<path d=\"{data}\"{Style(fill, stroke, thickness)}/>\n");

    /// <summary>The complete SVG element.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0.#}\" height=\"{height:0.#}\" viewBox=\"0 0 {width:0.#} {height:0.#}\" role=\"img\" "
            + $"style=\"max-width:100%;height:auto\" font-family=\"Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif\">\n"
            + $"<title>{WebUtility.HtmlEncode(title)}</title>\n{elements}</svg>\n");

    private static string Style(string? fill, string? stroke, float thickness) => stroke is null
        ? $" fill=\"{fill ?? "none"}\""
        : string.Create(CultureInfo.InvariantCulture, $" fill=\"{fill ?? "none"}\" stroke=\"{stroke}\" stroke-width=\"{thickness:0.##}\"");
}
