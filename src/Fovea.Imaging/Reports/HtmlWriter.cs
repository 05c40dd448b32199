using System.Globalization;
using System.Text;

namespace Fovea.Imaging;

/// <summary>Writes HTML that is well-formed XML too. All texts and attributes are encoded.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder html = new();
    private int ids;

    /// <summary>An identifier that no other element of the page has.</summary>
    public string NextId(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{++ids}");

    /// <summary>Opens an element. Attributes without a value are left out.</summary>
    public HtmlWriter Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(tag, attributes);
        html.Append('>');
        return this;
    }

    public HtmlWriter Close(string tag)
    {
        html.Append("</").Append(tag).Append('>');
        return this;
    }

    /// <summary>Ends an element that begins on a separate line.</summary>
    public HtmlWriter CloseLine(string tag)
    {
        Close(tag);
        html.Append('\n');
        return this;
    }

    /// <summary>Writes an element that HTML defines as empty, such as an image, or an empty one of SVG. Others would stay open in HTML.</summary>
    public HtmlWriter Empty(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(tag, attributes);
        html.Append("/>");
        return this;
    }

    /// <summary>Writes an element that contains a text.</summary>
    public HtmlWriter Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Open(tag, attributes).Text(text).Close(tag);

    public HtmlWriter Text(string text)
    {
        Append(text);
        return this;
    }

    /// <summary>Writes text that is HTML already.</summary>
    public HtmlWriter Raw(string markup)
    {
        html.Append(markup);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => html.ToString();

    private void Begin(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        html.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is null) continue;
            html.Append(' ').Append(name).Append("=\"");
            Append(value);
            html.Append('"');
        }
    }

    /// <summary>Appends an encoded text. Characters that XML does not allow, such as those of damaged file names, become U+FFFD.</summary>
    private void Append(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            _ = letter switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                _ when char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) => html.Append(letter).Append(text[++i]),
                _ when char.IsSurrogate(letter) || letter is '\uFFFE' or '\uFFFF' || (letter < ' ' && letter is not ('\t' or '\n' or '\r')) =>
                    html.Append('\uFFFD'),
                _ => html.Append(letter),
            };
        }
    }
}
