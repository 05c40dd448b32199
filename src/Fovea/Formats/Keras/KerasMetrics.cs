using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Metrics as Keras files describe them.</summary>
internal static class KerasMetrics
{
    /// <summary>The metrics that Keras has too, accuracy by its name and others with all arguments.</summary>
    public static JsonArray Describe(IEnumerable<Metric> metrics)
    {
        var described = new JsonArray();
        foreach (var metric in metrics)
        {
            if (metric is Accuracy) described.Add((JsonNode)metric.Name);
            else if (MetricCatalog.Describe(metric) is { } known) described.Add((JsonNode)KerasJson.ToJson(known));
        }

        return described;
    }

    /// <summary>The metrics that are known, from a list that may be nested, or by outputs; others are left out.</summary>
    /// <param name="described">Keras' description.</param>
    /// <param name="unknown">Told of each metric that is left out.</param>
    public static IReadOnlyList<Metric> Create(JsonNode? described, Action<JsonNode>? unknown = null)
    {
        switch (described)
        {
            case null:
                return [];
            case JsonArray list:
                return [.. list.SelectMany(entry => Create(entry, unknown))];
            case JsonObject named when !named.ContainsKey("class_name"):
                return [.. named.SelectMany(entry => Create(entry.Value, unknown))];
        }

        if (CreateOne(described) is { } metric) return [metric];
        unknown?.Invoke(described);
        return [];
    }

    /// <summary>A name alone is what the metric is called too. Keras 2 wraps functions into a class that means their mean.</summary>
    private static Metric? CreateOne(JsonNode? described)
    {
        if (KerasJson.ParseObject(described) is not { } metric) return null;
        var function = metric.ClassName == "MeanMetricWrapper" ? KerasJson.ParseObject(metric.Config["fn"])?.ClassName : null;
        try
        {
            return MetricCatalog.Create(function ?? metric.ClassName, metric.Config)
                .Named(metric.Config.TextOrNull("name") ?? JsonReading.AsText(described) ?? metric.ClassName);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }
}
