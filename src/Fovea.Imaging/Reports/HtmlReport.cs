using System.Text;
using Fovea.Formats;

namespace Fovea.Imaging;

/// <summary>
/// A page to read and to send: one HTML file that contains all its figures and images, and loads nothing from anywhere. It follows the light or dark theme
/// of the reader, fits narrow screens and paper, and needs no script; a small one sorts tables. All texts are plain: they are shown as they are, whatever
/// letters they contain.
/// </summary>
/// <remarks>
/// <code>
/// var report = new HtmlReport("Cats and dogs") { Subtitle = "2,000 images, 30 epochs" };
/// report.AddKeyFigure("Accuracy", "85.2 %", "852 of 1,000 images");
/// var section = report.AddSection("Training");
/// section.AddParagraph("The model of epoch 27 was kept.");
/// section.Add(new LineChart("Loss", [new LineSeries("training", losses)]) { XLabel = "Epoch" });
/// report.Save("report.html");
/// </code>
/// </remarks>
public sealed class HtmlReport
{
    /// <summary>Pages with fewer sections need no list of contents.</summary>
    private const int MinContents = 4;

    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    private readonly List<(string Label, string Value, string Detail, ReportTone Tone)> keyFigures = [];
    private readonly List<ReportSection> sections = [];

    /// <summary>Creates an empty page.</summary>
    /// <param name="title">Its title, also that of the browser's window.</param>
    public HtmlReport(string title)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        Title = title;
    }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>A sentence below the title; empty for none.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>A line at the end of the page, such as the program that wrote it; empty for none.</summary>
    public string Footer { get; init; } = "";

    /// <summary>The language of the texts, as in the <c>lang</c> attribute.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The sections, in their order.</summary>
    public IReadOnlyList<ReportSection> Sections => sections;

    /// <summary>Adds a figure that is read first, in large letters below the title.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="value">The value with its unit.</param>
    /// <param name="detail">A line below, such as an interval; empty for none.</param>
    /// <param name="tone">A color.</param>
    public void AddKeyFigure(string label, string value, string detail = "", ReportTone tone = ReportTone.Neutral)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(detail);
        keyFigures.Add((label, value, detail, tone));
    }

    /// <summary>Adds a section at the end. Long pages begin with a list of their sections.</summary>
    /// <param name="heading">Its heading.</param>
    public ReportSection AddSection(string heading)
    {
        var section = new ReportSection(heading, level: 2);
        sections.Add(section);
        return section;
    }

    /// <summary>Writes the page to a file, completely or not at all. An existing file is replaced.</summary>
    /// <param name="path">The file to write, usually .html.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to write the file.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(ToHtml()));
    }

    /// <summary>Returns the page as HTML, which is well-formed XML too.</summary>
    public string ToHtml()
    {
        var html = new HtmlWriter();
        html.Raw("<!DOCTYPE html>\n").Open("html", ("lang", Language)).Raw("\n");
        WriteHead(html);
        html.Open("body").Raw("\n").Open("header").Element("h1", Title);
        if (Subtitle.Length > 0) html.Element("p", Subtitle, ("class", "subtitle"));
        WriteKeyFigures(html);
        html.CloseLine("header");
        var ids = sections.Select(_ => html.NextId("section")).ToList();
        if (sections.Count >= MinContents) WriteContents(html, ids);
        html.Open("main").Raw("\n");
        for (var i = 0; i < sections.Count; i++) sections[i].Write(html, ids[i]);
        html.CloseLine("main");
        if (Footer.Length > 0) html.Element("footer", Footer);
        html.Open("script").Raw(Script).CloseLine("script").CloseLine("body").CloseLine("html");
        return html.ToString();
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>The browser refuses whatever is not within the page.</summary>
    private void WriteHead(HtmlWriter html) => html
        .Open("head").Empty("meta", ("charset", "utf-8"))
        .Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
        .Empty("meta", ("name", "color-scheme"), ("content", "light dark"))
        .Empty(
            "meta", ("http-equiv", "Content-Security-Policy"),
            ("content", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"))
        .Element("title", Title).Open("style").Raw(Style).Close("style").CloseLine("head");

    private void WriteKeyFigures(HtmlWriter html)
    {
        if (keyFigures.Count == 0) return;
        html.Open("dl", ("class", "figures"));
        foreach (var (label, value, detail, tone) in keyFigures)
        {
            html.Open("div", ("class", tone.StyleName())).Element("dt", label).Element("dd", value, ("class", "value"));
            if (detail.Length > 0) html.Element("dd", detail, ("class", "detail"));
            html.Close("div");
        }

        html.Close("dl");
    }

    private void WriteContents(HtmlWriter html, List<string> ids)
    {
        html.Open("nav", ("aria-label", "Contents")).Open("ul");
        for (var i = 0; i < sections.Count; i++) html.Open("li").Element("a", sections[i].Heading, ("href", $"#{ids[i]}")).Close("li");
        html.Close("ul").CloseLine("nav");
    }
}
