using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Tests.Training;

/// <summary>Metrics, weighted and not, and the report's text against scikit-learn (tests/Golden/make_metrics.py).</summary>
public class GoldenMetricTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "metrics.json")))
        .RootElement;

    public static IEnumerable<TheoryDataRow<int>> Cases =>
        Golden.GetProperty("metrics").EnumerateArray()
            .Select((row, i) =>
            new TheoryDataRow<int>(i) { TestDisplayName = $"{row.GetProperty("name")} {row.GetProperty("config")} of {row.GetProperty("targets")}" });

    public static IEnumerable<TheoryDataRow<int>> Reports =>
        Enumerable.Range(0, Golden.GetProperty("reports").GetArrayLength()).Select(i => new TheoryDataRow<int>(i));

    /// <summary>In batches of 7, whose last is smaller. What is counted is float64; losses come from plans in float32, 1e-6.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_metric_over_batches_is_that_of_scikit_learn(int index)
    {
        var row = Golden.GetProperty("metrics")[index];
        var tolerance = Create() is LossMetric ? 1e-6 : 1e-12;
        Assert.Equal(row.GetProperty("value").GetDouble(), Run(Create(), weights: null).Value, tolerance);
        Assert.Equal(row.GetProperty("weighted").GetDouble(), Run(Create(), Data("weights")).Value, tolerance);

        Metric Create() => MetricCatalog.Known.Read(
            row.GetProperty("name").GetString()!, JsonNode.Parse(row.GetProperty("config").GetRawText())!.AsObject(), null, "metric");

        Metric Run(Metric metric, float[]? weights)
        {
            var (predictions, targets) = (Data(row.GetProperty("predictions").GetString()!), Data(row.GetProperty("targets").GetString()!));
            var count = Golden.GetProperty("count").GetInt32();
            var (outputs, wanted) = (predictions.Length / count, targets.Length / count);
            for (var start = 0; start < count; start += 7)
            {
                var size = Math.Min(7, count - start);
                metric.Add(targets.AsSpan(start * wanted, size * wanted), predictions.AsSpan(start * outputs, size * outputs), size, weights is null
                    ? default
                    : weights.AsSpan(start, size));
            }

            return metric;
        }
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_report_is_the_text_of_scikit_learn(int index)
    {
        var row = Golden.GetProperty("reports")[index];
        var matrix = new ConfusionMatrix([.. row.GetProperty("names").EnumerateArray().Select(name => name.GetString()!)]);
        foreach (var (actual, predicted) in row.GetProperty("actual").EnumerateArray().Zip(row.GetProperty("predicted").EnumerateArray()))
            matrix.Add(actual.GetInt32(), predicted.GetInt32());
        Assert.Equal(row.GetProperty("text").GetString(), new ClassificationReport(matrix).ToString());
    }

    private static float[] Data(string name) => [.. Golden.GetProperty("data").GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
}
