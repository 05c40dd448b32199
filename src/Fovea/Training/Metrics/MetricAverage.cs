namespace Fovea;

/// <summary>How the scores of the classes are averaged; <c>average</c> in Keras and scikit-learn.</summary>
public enum MetricAverage
{
    /// <summary><see cref="Metric.Values"/> has a score for each class; <see cref="Metric.Value"/> is their mean.</summary>
    None,

    /// <summary>The score of all decisions together.</summary>
    Micro,

    /// <summary>The mean over the classes.</summary>
    Macro,

    /// <summary>The mean over the classes, weighted by their number of samples.</summary>
    Weighted,
}

/// <summary>The average of a metric in a configuration.</summary>
internal static class MetricAverageConfig
{
    private static readonly (string Name, MetricAverage Value)[] Names =
        [("micro", MetricAverage.Micro), ("macro", MetricAverage.Macro), ("weighted", MetricAverage.Weighted)];

    extension(Config config)
    {
        public void SetAverage(MetricAverage value)
        {
            if (value == MetricAverage.None) config.SetNull("average");
            else config.Set("average", Names.First(name => name.Value == value).Name);
        }

        public MetricAverage GetAverage() => config.GetChoice("average", MetricAverage.None, Names);
    }
}
