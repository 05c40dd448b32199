using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Reports;

/// <summary>The builder of HTML pages: structure, escaping, independence from the network.</summary>
public class HtmlReportTests
{
    private const string Nasty = "<b>\"&'</b>\0\u0001 ]]> \uD800 𝄞 ünï  日本 https://example.com/a.png";

    [Fact]
    public void A_page_of_all_elements_is_well_formed_XML()
    {
        var page = Parse(Everything("plain").ToHtml());
        Assert.Equal("html", page.Root!.Name.LocalName);
        Assert.Equal("en", page.Root.Attribute("lang")!.Value);
        Assert.Equal(["h1", "dl"], page.Descendants("header").Elements().Select(element => element.Name.LocalName));
        Assert.Single(page.Descendants("h1"));
    }

    [Fact]
    public void Only_elements_that_HTML_defines_as_empty_are_closed_at_once()
    {
        var html = Regex.Replace(Everything("plain").ToHtml(), "<svg.*?</svg>", "", RegexOptions.Singleline);
        Assert.Equal(["img", "meta"], Regex.Matches(html, "<([a-z]+)[^<>]*/>").Select(match => match.Groups[1].Value).Distinct().Order());
    }

    [Fact]
    public void Texts_are_shown_as_they_are_whatever_letters_they_contain()
    {
        var page = Parse(Everything(Nasty).ToHtml());
        Assert.Empty(page.Descendants("b"));
        const string Shown = "<b>\"&'</b>\uFFFD\uFFFD ]]> \uFFFD 𝄞 ünï  日本 https://example.com/a.png";
        foreach (var tag in (string[])["h1", "title", "h2", "h3", "summary", "p", "li", "code", "caption", "td", "th", "figcaption", "strong", "dt",
            "dd", "footer"])
            Assert.Contains(page.Descendants(tag), element => element.Value.Contains(Shown, StringComparison.Ordinal));
        foreach (var (tag, attribute) in (IEnumerable<(string, string)>)[("img", "alt"), ("svg", "aria-label")])
            Assert.Contains(page.Descendants(tag), element => element.Attribute(attribute)!.Value.Contains(Shown, StringComparison.Ordinal));
    }

    [Fact]
    public void A_page_loads_nothing_from_anywhere()
    {
        var page = Parse(Everything(Nasty).ToHtml());
        foreach (var attribute in page.Descendants().Attributes()
            .Where(attribute => attribute.Name.LocalName is "src" or "href" or "action" or "data" or "srcset"))
            Assert.True(attribute.Value.StartsWith("data:image/", StringComparison.Ordinal) || attribute.Value.StartsWith('#'), attribute.ToString());
        Assert.Empty(page.Descendants("link"));
        foreach (var style in page.Descendants("style").Concat(page.Descendants("script"))) Assert.DoesNotMatch(@"url\(|@import|https?:|//", style.Value);
        Assert.Contains(page.Descendants("meta"), meta => (string?)meta.Attribute("content") is { } policy && policy.StartsWith("default-src 'none';"));
    }

    [Fact]
    public void Both_themes_define_the_same_colors()
    {
        var style = Parse(new HtmlReport("colors").ToHtml()).Descendants("style").Single().Value;
        var used = Regex.Matches(style, @"var\((--[a-z-]+)\)").Select(match => match.Groups[1].Value).Distinct()
            .Except(["--c", "--share", "--width", "--mono"]).Order().ToList();
        var themes = Regex.Matches(style, @":root \{([^}]*)\}").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(3, themes.Count);  // light, dark, paper
        foreach (var theme in themes)
            Assert.Equal(used, Regex.Matches(theme, "(--[a-z-]+): #").Select(match => match.Groups[1].Value).Order());
    }

    [Fact]
    public void Every_image_and_drawing_has_a_text_for_those_who_do_not_see_it()
    {
        var page = Parse(Everything("plain").ToHtml());
        Assert.All(page.Descendants("img"), image => Assert.NotEqual("", image.Attribute("alt")!.Value));
        Assert.All(page.Descendants("svg"), drawing => Assert.Equal("img", drawing.Attribute("role")!.Value));
        Assert.All(page.Descendants("svg"), drawing => Assert.NotEqual("", drawing.Attribute("aria-label")!.Value));
        Assert.All(page.Descendants("th").Where(heading => heading.Parent!.Parent!.Name.LocalName == "thead"),
            heading => Assert.Equal("col", heading.Attribute("scope")!.Value));
    }

    [Fact]
    public void Identifiers_occur_once_and_links_lead_to_them()
    {
        var page = Parse(Everything("plain").ToHtml());
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var links = page.Descendants("a").Select(link => link.Attribute("href")!.Value[1..]).ToList();
        Assert.Equal(5, links.Count);
        Assert.Empty(links.Except(ids));
    }

    [Fact]
    public void A_short_page_has_no_list_of_contents()
    {
        var report = new HtmlReport("short");
        report.AddSection("one");
        Assert.Empty(Parse(report.ToHtml()).Descendants("nav"));
    }

    [Fact]
    public void A_curve_has_gaps_where_values_are_not_finite()
    {
        var report = new HtmlReport("gaps");
        report.AddSection("curve").Add(new LineChart("loss", [new LineSeries("training", [3, 2, double.NaN, 1, double.PositiveInfinity, 4, 5])]));
        var page = Parse(report.ToHtml());
        var path = page.Descendants("path").Single().Attribute("d")!.Value;
        Assert.Equal(3, path.Count(letter => letter == 'M'));
        Assert.DoesNotContain("NaN", path, StringComparison.Ordinal);
        Assert.Equal(
            ["training, 3: NaN", "training, 5: Infinity"], page.Descendants("text").Where(text => text.Attribute("class")?.Value == "missing blue")
                .Select(text => text.Element("title")!.Value));
    }

    [Fact]
    public void A_curve_without_any_finite_value_is_still_a_chart()
    {
        var report = new HtmlReport("nothing");
        report.AddSection("curve").Add(new LineChart("loss", [new LineSeries("training", [double.NaN, double.NaN])]) { IsLogY = true });
        var page = Parse(report.ToHtml());
        Assert.Equal("loss. training: no finite value.", page.Descendants("svg").Single().Attribute("aria-label")!.Value);
        Assert.DoesNotMatch("NaN|∞", string.Concat(page.Descendants("svg").Descendants().Attributes().Select(attribute => attribute.Value)));
    }

    [Theory]
    [InlineData(2, "table")]
    [InlineData(20, "table")]
    [InlineData(21, "svg")]
    [InlineData(200, "svg")]
    [InlineData(201, "table")]
    public void A_confusion_matrix_is_a_table_of_few_classes_and_a_map_of_many(int classes, string tag)
    {
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, classes).Select(label => $"class {label}")]);
        for (var label = 0; label < classes; label++) matrix.Add(label, label);
        matrix.Add(classes - 1, 0);
        var report = new HtmlReport("matrix");
        report.AddSection("matrix").Add(new ConfusionMatrixTable(matrix));
        var page = Parse(report.ToHtml());
        Assert.Single(page.Descendants(tag));
        if (tag == "svg") Assert.Equal(classes + 1, page.Descendants("rect").Count(cell => cell.Attribute("class")!.Value is "right" or "wrong"));
        else Assert.Equal(Math.Min(classes, 20), page.Descendants("tbody").Single().Elements().Count() - 1);
        if (classes == 201) Assert.Contains(page.Descendants("th"), heading => heading.Value == "class 200");
    }

    [Fact]
    public void A_file_is_written_as_UTF_8_without_a_mark()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".html");
        try
        {
            new HtmlReport("Ünï").Save(path);
            var bytes = File.ReadAllBytes(path);
            Assert.Equal("<!DOCTYPE html>"u8, bytes.AsSpan(0, 15));
            Assert.Contains("<h1>Ünï</h1>", File.ReadAllText(path), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Equal("ReportTable: expected at least one column; received none. (Parameter 'columns')", Message(() => new ReportTable([], [])));
        Assert.Equal(
            "ReportTable: expected 1 cells in each row; row 1 has 2. (Parameter 'rows')", Message(() => new ReportTable([new("a")], [["1"], ["1", "2"]])));
        Assert.Equal("LineChart: expected at least one curve; received none. (Parameter 'series')", Message(() => new LineChart("loss", [])));
        Assert.Equal(
            "LineSeries 'loss': expected as many horizontal as vertical values, at least one; received 2 and 1. (Parameter 'y')",
            Message(() => new LineSeries("loss", [1, 2], [3])));
        Assert.Equal(
            "BarChart: expected 1 values that are not negative for each bar; 'cat' has -1. (Parameter 'bars')",
            Message(() => new BarChart("counts", [new ChartBar("cat", -1)])));
        Assert.Equal("BarChart: expected one to 5 parts of each bar; received 0. (Parameter 'parts')", Message(() => new BarChart("counts", [], [])));
        Assert.Equal(
            "ReportImage: expected the bytes of a PNG, JPEG, WebP or GIF file; received others. (Parameter 'file')",
            Message(() => new ReportImage("<svg onload='alert(1)'/>"u8.ToArray(), "nothing")));
        static string Message(Func<object?> action) => Assert.Throws<ArgumentException>(action).Message;
    }

    /// <summary>A page with each element, whose texts contain a given one.</summary>
    private static HtmlReport Everything(string text)
    {
        var report = new HtmlReport($"title {text}") { Footer = $"footer {text}" };
        report.AddKeyFigure($"label {text}", $"value {text}", $"detail {text}", ReportTone.Good);
        var first = report.AddSection($"first {text}");
        first.AddParagraph($"paragraph {text}");
        first.AddList([$"item {text}"]);
        first.AddCode($"code {text}");
        first.AddNote($"note {text}", ReportTone.Warning);
        first.AddSection($"inner {text}").AddSection($"folded {text}", isFolded: true).AddParagraph("within");
        first.Add(new ReportTable(
            [new($"column {text}", IsHeading: true), new("count", IsNumber: true)],
            [[$"row {text}", "1"], ["two", new ReportCell($"2 {text}") { Share = 0.5, IsStrong = true, Tone = ReportTone.Bad, SortsAs = 2 }]])
        { Caption = $"caption {text}", TotalRows = 1 });
        report.AddSection("charts").Add(new LineChart($"chart {text}", [new LineSeries($"curve {text}", [1, 2, 3]), new LineSeries("other", [3, 4, 5])])
        {
            Caption = $"caption {text}",
            XLabel = $"x {text}",
            YLabel = $"y {text}",
            Marks = [(2, $"mark {text}")],
            Rings = [(0, 2)],
        });
        report.AddSection("bars")
            .Add(new BarChart($"bars {text}", [$"part {text}", "rest"], [new ChartBar($"bar {text}", [1, 2]), new ChartBar("zero", [0, 0])]));
        var image = ReportImage.Of(new Tensor([2, 2, 3], new float[12]), $"image {text}");
        report.AddSection("images").Add(new ReportImages([image]) { Caption = "caption" });
        report.Sections[^1]
            .Add(new ReportImages(
            [new ReportImage(ImageFile.Encode(new Tensor([8, 8, 1], new float[64])), "gray") { Caption = $"gray {text}", Tone = ReportTone.Bad }]));
        var matrix = new ConfusionMatrix([text, "other"]);
        matrix.Add(0, 1);
        report.AddSection("matrix").Add(new ConfusionMatrixTable(matrix));
        return report;
    }

    private static XDocument Parse(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>\n<html", html);
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
