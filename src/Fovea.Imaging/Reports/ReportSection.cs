namespace Fovea.Imaging;

/// <summary>A section of an <see cref="HtmlReport"/>: a heading, and below it texts, tables, charts and images in the order in which they are added.</summary>
public sealed class ReportSection
{
    private const int DeepestHeading = 4;

    private readonly List<object> content = [];
    private readonly int level;
    private readonly bool isFolded;

    internal ReportSection(string heading, int level, bool isFolded = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(heading);
        (Heading, this.level, this.isFolded) = (heading, level, isFolded);
    }

    /// <summary>The heading.</summary>
    public string Heading { get; }

    /// <summary>Adds a table, a chart or images. Charts that follow each other are placed side by side where the page is wide enough.</summary>
    /// <param name="element">The element, which may be in several sections.</param>
    public void Add(ReportElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        content.Add(element);
    }

    /// <summary>Adds a paragraph.</summary>
    /// <param name="text">Its text; line breaks remain.</param>
    public void AddParagraph(string text) => Add(new TextElement("p", text));

    /// <summary>Adds a list of items, each with a bullet.</summary>
    /// <param name="items">The texts of the items.</param>
    public void AddList(IEnumerable<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Add(new ListElement([.. items]));
    }

    /// <summary>Adds a program or a command line, which is shown as it is.</summary>
    /// <param name="code">The text.</param>
    public void AddCode(string code) => Add(new CodeElement(code));

    /// <summary>Adds a remark in a box.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="tone">Its color. A warning begins with "Warning:", an error with "Error:".</param>
    public void AddNote(string text, ReportTone tone = ReportTone.Neutral) => Add(new NoteElement(text, tone));

    /// <summary>Adds a section within this one.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="isFolded">Whether only its heading is shown until the reader opens it.</param>
    public ReportSection AddSection(string heading, bool isFolded = false)
    {
        var section = new ReportSection(heading, Math.Min(level + 1, DeepestHeading), isFolded);
        content.Add(section);
        return section;
    }

    internal void Write(HtmlWriter html, string? id = null)
    {
        if (isFolded) html.Open("details").Element("summary", Heading);
        else html.Open("section", ("id", id)).Element($"h{level}", Heading);
        html.Raw("\n");
        for (var i = 0; i < content.Count; i++)
        {
            if (content[i] is ReportSection section) section.Write(html);
            else if (IsNarrow(i) && IsNarrow(i + 1)) i = WriteSideBySide(html, i);
            else ((ReportElement)content[i]).Write(html);
        }

        html.CloseLine(isFolded ? "details" : "section");
    }

    private bool IsNarrow(int index) => index < content.Count && content[index] is ReportElement { IsNarrow: true };

    /// <returns>The index of the last element that was written.</returns>
    private int WriteSideBySide(HtmlWriter html, int index)
    {
        html.Open("div", ("class", "side-by-side"));
        for (; IsNarrow(index); index++) ((ReportElement)content[index]).Write(html);
        html.CloseLine("div");
        return index - 1;
    }

    private sealed class TextElement : ReportElement
    {
        private readonly string tag;
        private readonly string text;

        public TextElement(string tag, string text)
        {
            ArgumentNullException.ThrowIfNull(text);
            (this.tag, this.text) = (tag, text);
        }

        internal override void Write(HtmlWriter html) => html.Element(tag, text).Raw("\n");
    }

    private sealed class ListElement(IReadOnlyList<string> items) : ReportElement
    {
        internal override void Write(HtmlWriter html)
        {
            html.Open("ul");
            foreach (var item in items) html.Element("li", item);
            html.CloseLine("ul");
        }
    }

    private sealed class CodeElement : ReportElement
    {
        private readonly string code;

        public CodeElement(string code)
        {
            ArgumentNullException.ThrowIfNull(code);
            this.code = code.TrimEnd();
        }

        internal override void Write(HtmlWriter html) => html.Open("pre", ("tabindex", "0")).Element("code", code).CloseLine("pre");
    }

    private sealed class NoteElement : ReportElement
    {
        private readonly string text;
        private readonly ReportTone tone;

        public NoteElement(string text, ReportTone tone)
        {
            ArgumentNullException.ThrowIfNull(text);
            (this.text, this.tone) = (text, tone);
        }

        internal override void Write(HtmlWriter html)
        {
            html.Open("p", ("class", $"note {tone.StyleName()}".TrimEnd()), ("role", "note"));
            if (tone is ReportTone.Warning or ReportTone.Bad) html.Element("strong", tone == ReportTone.Bad ? "Error:" : "Warning:").Text(" ");
            html.Text(text).CloseLine("p");
        }
    }
}
