namespace Fovea;

/// <summary>Which values of a watched quantity are better.</summary>
public enum MonitorMode
{
    /// <summary>
    /// As the metric says, <see cref="Metric.Direction"/>: the least of losses and errors, the greatest of accuracies. Of a metric that does not say it is
    /// refused.
    /// </summary>
    Auto,

    /// <summary>The least.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,
}
