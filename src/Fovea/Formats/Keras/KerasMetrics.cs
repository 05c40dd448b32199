using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Metrics as Keras files describe them.</summary>
internal static class KerasMetrics
{
    /// <summary>The metrics that files can name: accuracy by its name, others with all arguments.</summary>
    public static JsonArray Describe(IEnumerable<Metric> metrics)
    {
        var described = new JsonArray();
        foreach (var metric in metrics)
        {
            if (metric is Accuracy) described.Add((JsonNode)metric.Name);
            else if (MetricCatalog.Known.CanWrite(metric)) described.Add((JsonNode)MetricCatalog.Known.Write(metric, "metric"));
        }

        return described;
    }

    /// <summary>The metrics of a list, which may be nested or be given by outputs. Those that are not known are left out.</summary>
    /// <param name="described">Keras' description.</param>
    /// <param name="leftOut">Told of each metric that is left out, and why.</param>
    public static IReadOnlyList<Metric> Create(JsonNode? described, Action<ModelFormatException>? leftOut = null)
    {
        switch (described)
        {
            case null:
                return [];
            case JsonArray list:
                return [.. list.SelectMany(entry => Create(entry, leftOut))];
            case JsonObject named when !named.ContainsKey("class_name"):
                return [.. named.SelectMany(entry => Create(entry.Value, leftOut))];
        }

        try
        {
            return [CreateOne(described)];
        }
        catch (ModelFormatException error)
        {
            leftOut?.Invoke(error);
            return [];
        }
    }

    /// <summary>A name alone is what the metric is called too. Keras 2 wraps functions into a class that means their mean.</summary>
    private static Metric CreateOne(JsonNode described)
    {
        if (PartDescription.Parse(described) is not { } metric) return MetricCatalog.Known.Read(described, "metric");
        var function = metric.ClassName == "MeanMetricWrapper" ? PartDescription.Parse(metric.Config["fn"])?.ClassName : null;
        return MetricCatalog.Known.Read(function ?? metric.ClassName, metric.Config, metric.RegisteredName, "metric")
            .Named(metric.Config.TextOrNull("name") ?? JsonReading.AsText(described) ?? metric.ClassName);
    }
}
