using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// A <see cref="ConfusionMatrix"/> as a part of an <see cref="HtmlReport"/>. Up to 20 classes it is a table of counts; up to 200 classes a map of colors.
/// Of more classes it shows the 20 that are confused most.
/// </summary>
public sealed class ConfusionMatrixTable : ReportElement
{
    private const int MaxTable = 20;
    private const int MaxMap = 200;

    private readonly ConfusionMatrix matrix;

    /// <summary>Creates the table of a matrix.</summary>
    /// <param name="matrix">The matrix.</param>
    public ConfusionMatrixTable(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        this.matrix = matrix;
    }

    internal override void Write(HtmlWriter html)
    {
        var classes = matrix.ClassNames.Count;
        if (classes <= MaxTable)
        {
            WriteTable(html, [.. Enumerable.Range(0, classes)]);
        }
        else if (classes <= MaxMap)
        {
            WriteMap(html);
        }
        else
        {
            html.Element(
                "p", $"The {MaxTable} of {classes} classes with the most confusions. Totals count the predictions of all classes.", ("class", "caption"));
            WriteTable(html, MostConfused());
        }
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => double.IsNaN(share) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    /// <summary>The classes with the most mistakes, as actual or as predicted class, in the order of their numbers.</summary>
    private List<int> MostConfused() =>
        [.. Enumerable.Range(0, matrix.ClassNames.Count)
            .OrderByDescending(label => matrix.Actual(label) + matrix.Predicted(label) - (2 * matrix[label, label])).ThenBy(label => label)
            .Take(MaxTable).Order()];

    private void WriteTable(HtmlWriter html, List<int> labels)
    {
        html.Open("div", ("class", "scroll"), ("tabindex", "0")).Open("table", ("class", "matrix")).Open("thead").Open("tr")
            .Element("th", "actual \\ predicted", ("scope", "col"), ("class", "corner"));
        foreach (var label in labels) html.Element("th", matrix.ClassNames[label], ("scope", "col"));
        html.Element("th", "recall", ("scope", "col")).Close("tr").Close("thead").Open("tbody");
        foreach (var actual in labels)
        {
            html.Open("tr").Element("th", matrix.ClassNames[actual], ("scope", "row"));
            var total = Math.Max(1, matrix.Actual(actual));
            foreach (var predicted in labels) WriteCell(html, matrix[actual, predicted], total, isRight: actual == predicted);
            html.Element("td", Percent(matrix.Recall(actual)), ("class", "total")).Close("tr");
        }

        html.Open("tr").Element("th", "precision", ("scope", "row"));
        foreach (var label in labels) html.Element("td", Percent(matrix.Precision(label)), ("class", "total"));
        html.Element("td", Percent(matrix.Accuracy), ("class", "total")).Close("tr").Close("tbody").Close("table").CloseLine("div");
    }

    private static void WriteCell(HtmlWriter html, int count, int total, bool isRight) => html.Element(
        "td", Count(count), ("class", count == 0 ? "zero" : isRight ? "right" : "wrong"),
        ("style", count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"--share:{100.0 * count / total:0.#}%")));

    /// <summary>A square for each pair of classes that occurs; the mouse shows its classes and count.</summary>
    private void WriteMap(HtmlWriter html)
    {
        const double Size = 640;
        const double Side = 20;
        var classes = matrix.ClassNames.Count;
        var cell = (Size - Side) / classes;
        var n = ChartArea.N;
        html.Open("figure", ("class", "heat")).Open(
            "svg", ("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Size} {Size}")), ("role", "img"),
            ("aria-label", $"The confusion matrix of {classes} classes; {Percent(matrix.Accuracy)} of the samples are on its diagonal."));
        html.Empty("rect", ("class", "back"), ("x", n(Side)), ("y", n(Side)), ("width", n(Size - Side)), ("height", n(Size - Side)));
        for (var actual = 0; actual < classes; actual++)
        {
            var total = Math.Max(1, matrix.Actual(actual));
            for (var predicted = 0; predicted < classes; predicted++)
            {
                if (matrix[actual, predicted] is not (> 0 and var count)) continue;
                var opacity = 0.2 + (0.8 * count / total);
                html.Open(
                        "rect", ("class", actual == predicted ? "right" : "wrong"), ("x", N(Side + (predicted * cell))), ("y", N(Side + (actual * cell))),
                        ("width", N(cell)), ("height", N(cell)), ("opacity", N(opacity)))
                    .Element("title", $"{Count(count)} of {Count(total)} {matrix.ClassNames[actual]} predicted as {matrix.ClassNames[predicted]}")
                        .Close("rect");
            }
        }

        html.Element("text", "predicted class →", ("x", n(Side)), ("y", "13"));
        html.Element(
            "text", "← actual class", ("class", "end"), ("transform", string.Create(CultureInfo.InvariantCulture, $"translate(13 {Side}) rotate(-90)")));
        html.Close("svg").Element("figcaption", $"Rows are the {classes} actual classes, columns the predicted ones, in the order of their numbers. Right "
            + "predictions are blue, on the diagonal; mistakes are orange. The more of a class, the stronger the color.").CloseLine("figure");

        static string N(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
