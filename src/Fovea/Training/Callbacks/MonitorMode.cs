namespace Fovea;

/// <summary>The direction in which a watched value is better.</summary>
public enum MonitorMode
{
    /// <summary>By <see cref="Metric.Direction"/>: lower losses and errors, higher accuracies. A metric without a direction is refused.</summary>
    Auto,

    /// <summary>Lower values are better.</summary>
    Min,

    /// <summary>Higher values are better.</summary>
    Max,
}
