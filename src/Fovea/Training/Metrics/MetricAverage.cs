namespace Fovea;

/// <summary>How the scores of the classes become one; <c>average</c> in Keras and scikit-learn.</summary>
public enum MetricAverage
{
    /// <summary>Each class by itself in <see cref="Metric.Values"/>; <see cref="Metric.Value"/> is their mean.</summary>
    None,

    /// <summary>The score of all decisions together.</summary>
    Micro,

    /// <summary>The mean over the classes.</summary>
    Macro,

    /// <summary>The mean over the classes, each counting as often as it occurs.</summary>
    Weighted,
}
