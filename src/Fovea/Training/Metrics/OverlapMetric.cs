namespace Fovea.Extending;

/// <summary>
/// Intersection over union, TP / (TP + FP + FN), of the rows of each class, such as the pixels of a segmentation: one number in
/// <see cref="Metric.Values"/> for each class that is looked at. Classes that neither occur nor were said do not count in the mean. The target is a class
/// number, or a
/// row with its greatest at the class; the prediction is the greatest output, or a class number where there is a single one.
/// </summary>
public abstract class OverlapMetric : RowMetric
{
    private readonly int classes;
    private double[] intersections;
    private double[] said;
    private double[] wanted;

    private protected OverlapMetric(int numClasses, IReadOnlyList<int>? targetClassIds)
    {
        classes = numClasses.AtLeast(2, GetType().Name, nameof(numClasses));
        TargetClassIds = targetClassIds is null ? [.. Enumerable.Range(0, numClasses)] : [.. targetClassIds];
        foreach (var label in TargetClassIds)
        {
            if (label < 0 || label >= numClasses) throw ArgumentRules.Wrong(GetType().Name, nameof(targetClassIds), $"from 0 to {numClasses - 1}", label);
        }

        (intersections, said, wanted) = (new double[classes], new double[classes], new double[classes]);
    }

    /// <summary>The classes that are looked at.</summary>
    public IReadOnlyList<int> TargetClassIds { get; }

    /// <summary>A class number whose rows do not count; those that are no class never do.</summary>
    public int? IgnoreClass { get; init; }

    /// <inheritdoc/>
    public sealed override double Value => Values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();

    /// <inheritdoc/>
    public sealed override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<double> Values =>
        [.. TargetClassIds.Select(label => intersections[label] / (said[label] + wanted[label] - intersections[label]))];

    private protected sealed override double[] State
    {
        get => [.. intersections, .. said, .. wanted];
        set => (intersections, said, wanted) = (value[..classes], value[classes..(2 * classes)], value[(2 * classes)..]);
    }

    /// <inheritdoc/>
    public sealed override void Reset() => (intersections, said, wanted) = (new double[classes], new double[classes], new double[classes]);

    /// <inheritdoc/>
    protected sealed override void Add(MetricRow row)
    {
        var (label, predicted) = row.Prediction.Length > 1 ? (row.Label, row.Predicted) : ((int)row.Target[0], Decide(row.Prediction[0]));
        if (label == IgnoreClass || label < 0 || label >= classes || predicted < 0 || predicted >= classes) return;
        wanted[label] += row.Weight;
        said[predicted] += row.Weight;
        if (label == predicted) intersections[label] += row.Weight;
    }

    /// <summary>The class that a single output says.</summary>
    private protected virtual int Decide(float output) => (int)output;

    /// <summary>Reads the class that does not count. Whether labels and outputs are class numbers follows from their shapes here.</summary>
    private protected static int? ReadIgnoreClass(Config config)
    {
        config.Require("axis", -1);
        _ = (config.Find("sparse_y_true"), config.Find("sparse_y_pred"));
        return config.GetOptionalInt("ignore_class");
    }

    private protected void WriteConfig(Config config, bool isList, bool? isSparse)
    {
        config.Set("num_classes", classes);
        if (isList) config.Set("target_class_ids", TargetClassIds);
        config.Set("ignore_class", IgnoreClass);
        if (isSparse is { } sparse) config.Set("sparse_y_true", sparse);
        config.Set("sparse_y_pred", false);
        config.Set("axis", -1);
    }
}
