using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Reports;

/// <summary>The report on a training: the page, the JSON, and that both say the same.</summary>
public class TrainingReportTests
{
    private static readonly string[] Sections = ["Training", "Classes", "Confusion matrix", "Worst mistakes", "Calibration", "Data", "Settings", "Model card"];

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    public void A_page_has_its_sections_and_is_well_formed(int classes)
    {
        var page = Parse(Create(classes));
        var headings = page.Descendants("h2").Select(heading => heading.Value).ToList();
        Assert.Equal(classes == 2 ? [.. Sections[..5], "Decision threshold", .. Sections[5..]] : Sections, headings);
        Assert.Equal(classes <= 20 ? 1 : 0, page.Descendants("table").Count(table => (string?)table.Attribute("class") == "matrix"));
    }

    [Fact]
    public void The_page_and_the_JSON_have_the_same_numbers()
    {
        var report = Create(2);
        var page = Parse(report);
        var results = Json(report).GetProperty("results");
        var figures = page.Descendants("dl").Single().Elements("div")
            .ToDictionary(figure => figure.Element("dt")!.Value, figure => figure.Elements("dd").First().Value);
        Assert.Equal(Percent(results.GetProperty("accuracy").GetDouble()), figures["Accuracy on test images"]);
        Assert.Equal(
            Percent(results.GetProperty("calibration").GetProperty("model").GetProperty("expected_error").GetDouble()), figures["Calibration error"]);
        Assert.Equal(
            (results.GetProperty("count").GetInt32() - results.GetProperty("right").GetInt32()).ToString(CultureInfo.InvariantCulture), figures["Mistakes"]);
        var first = results.GetProperty("classes")[0];
        var row = page.Descendants("tr")
            .First(each => each.Elements("th").FirstOrDefault()?.Value == first.GetProperty("name").GetString() && each.Elements("td").Count() == 6);
        Assert.Equal(Percent(first.GetProperty("precision").GetDouble()), row.Elements("td").First().Value);
        Assert.Equal(Percent(first.GetProperty("recall").GetDouble()), row.Elements("td").ElementAt(2).Value);
        var matrix = page.Descendants("table").Single(table => (string?)table.Attribute("class") == "matrix");
        Assert.Equal(
            results.GetProperty("confusion_matrix")[0].EnumerateArray().Select(count => count.GetInt32().ToString(CultureInfo.InvariantCulture)),
            matrix.Element("tbody")!.Elements().First().Elements("td").Take(2).Select(cell => cell.Value));
        Assert.Equal(results.GetProperty("worst_mistakes").GetArrayLength(), page.Descendants("img").Count());
    }

    [Fact]
    public void The_JSON_has_the_names_that_the_documentation_lists()
    {
        var json = Json(Create(2));
        Assert.Equal(
            ["title", "created", "model", "training", "task", "results", "data", "settings", "command_line", "machine"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            [
                "part", "count", "right", "accuracy", "accuracy_interval", "log_loss", "brier_score", "classes", "confusion_matrix", "most_confused",
                "calibration", "thresholds", "worst_mistakes",
            ],
            json.GetProperty("results").EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            [
                "epochs", "kept_epoch", "history", "learning_rate", "samples_per_second", "training_seconds", "waited_seconds", "validation_seconds",
                "seconds",
            ],
            json.GetProperty("training").EnumerateObject().Select(property => property.Name));
        Assert.Equal(["name", "parts", "skipped"], json.GetProperty("data").EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void A_mistake_shows_the_probabilities_of_both_classes()
    {
        var page = Parse(Create(2));
        Assert.All(page.Descendants("figure").Where(figure => figure.Elements("img").Any()), figure =>
            Assert.Matches(@"^(cat|dog)\S* \S+ [\d.]+ %\npredicted (cat|dog)\S* \S+ [\d.]+ %$", figure.Element("figcaption")!.Value));
    }

    [Fact]
    public void Values_that_are_not_finite_are_null_in_JSON_and_marked_on_the_page()
    {
        var history = new History();
        foreach (var loss in (double[])[0.5, double.NaN, double.PositiveInfinity]) history.Add("loss", loss);
        var report = new TrainingReport(Network(2), [history]);
        Assert.Equal(
            [JsonValueKind.Number, JsonValueKind.Null, JsonValueKind.Null],
            Json(report).GetProperty("training").GetProperty("history").GetProperty("loss").EnumerateArray().Select(value => value.ValueKind));
        Assert.Contains(Parse(report).Descendants("figcaption"), caption => caption.Value.Contains("not finite (×): 2 values", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_of_one_epoch_or_none_has_a_report()
    {
        var history = new History();
        history.Add("loss", 0.5);
        history.Add(new EpochRecord(0.001, 10, 2, 0.5, 0));
        var page = Parse(new TrainingReport(Network(2), [history]));
        Assert.Equal(3, page.Descendants("svg").Count());  // loss, learning rate, speed
        Assert.Contains(
            "25.0 % waiting for data", page.Descendants("figcaption").Last(caption => caption.Value.Contains("waiting")).Value, StringComparison.Ordinal);
        Assert.Contains(
            Parse(new TrainingReport(Network(2), [new History()])).Descendants("p"), text =>
                text.Value.EndsWith("No epoch was finished, so there are no curves."));
    }

    [Fact]
    public void The_model_card_marks_what_only_the_author_can_tell()
    {
        var page = Parse(Create(2));
        var card = page.Descendants("section").Single(section => section.Element("h2")?.Value == "Model card");
        Assert.Equal(
            ["Model details", "Intended use", "Factors", "Evaluation", "Training data", "Ethical considerations", "Limits"],
            card.Descendants("h3").Select(heading => heading.Value));
        Assert.Equal(7, card.Descendants("p").Count(text => text.Value.StartsWith("To fill in: ", StringComparison.Ordinal)));
        Assert.Contains(
            card.Descendants("p"), text => text.Value.Contains("the test images were used for nothing but this evaluation", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_records_its_learning_rates_and_times()
    {
        var model = Network(2);
        model.Compile(new Sgd(new ExponentialDecay(0.1, 1, 0.5)), new SparseCategoricalCrossentropy());
        var data = Images(2, 8);
        var history = model.Fit(data, epochs: 2, batchSize: 4, validation: data, verbose: 0);
        Assert.Equal([0.05, 0.0125], history.Records.Select(record => Math.Round(record.LearningRate, 6)));  // after 1 and 3 steps
        Assert.All(history.Records, record => Assert.Equal(8, record.Samples));
        Assert.All(
            history.Records, record => Assert.True(record is { TrainingSeconds: > 0, WaitedSeconds: >= 0, ValidationSeconds: > 0, SamplesPerSecond: > 0 }));
        Assert.All(history.Records, record => Assert.InRange(record.WaitedShare, 0, 1));
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static TrainingReport Create(int classes)
    {
        var model = Network(classes);
        var test = Images(classes, 4 * classes);
        var before = ClassPredictions.Of(model, test);
        var scaling = TemperatureScaling.Fit(before);
        var history = new History();
        foreach (var (name, values) in (IEnumerable<(string, double[])>)[("loss", [0.7, 0.5]), ("accuracy", [0.5, 0.8]), ("val_loss", [0.7, 0.6]),
            ("val_accuracy", [0.5, 0.7])])
        {
            foreach (var value in values) history.Add(name, value);
        }

        for (var i = 0; i < 2; i++) history.Add(new EpochRecord(0.001, 100, 2, 0.1, 0.5));
        return new TrainingReport(model, [history])
        {
            Results = new ClassificationResults(scaling.Apply(before)) { Images = test, BeforeScaling = before, Scaling = scaling },
            DataName = "the folder 'animals & <others>'",
            Parts = [new("training", test), new("validation", test), new("test", test)],
            Skipped = [new SkippedFile("broken.jpg", "it is damaged")],
            KeptEpoch = 2,
            Settings = [new("optimizer", "adam"), new("seed", "0")],
            CommandLine = "fovea train --data animals",
        };
    }

    private static Sequential Network(int classes) => new("small", 3)
    {
        new Input(4, 4, 3), new Flatten(), new Dense(classes, Activation.Softmax),
    };

    private static Dataset Images(int classes, int count)
    {
        var pixels = new float[count * 48];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (i * 7919 % 101) / 100f;
        return Dataset.From(
            new Tensor([count, 4, 4, 3], pixels), new Tensor([count], [.. Enumerable.Range(0, count).Select(i => (float)(i % classes))]),
            [.. Enumerable.Range(0, classes).Select(label => $"{(label % 2 == 0 ? "cat" : "dog")}<b> {label}")]);
    }

    private static XDocument Parse(TrainingReport report)
    {
        using var reader = XmlReader.Create(
            new StringReader(report.ToHtmlReport().ToHtml()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static JsonElement Json(TrainingReport report) => JsonDocument.Parse(report.ToJson()).RootElement;
}
