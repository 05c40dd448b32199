namespace Fovea.Extending;

/// <summary>
/// Intersection over union, TP / (TP + FP + FN), of the rows of each class, such as the pixels of a segmentation. <see cref="Metric.Values"/> has a number for
/// each class that is evaluated; classes that neither occur nor are predicted do not count in the mean. The target is a class number, or the argmax of a row;
/// the prediction is the argmax of the outputs, or a single output that is a class number.
/// </summary>
public abstract class OverlapMetric : RowMetric
{
    private readonly int classes;
    private double[] intersections;
    private double[] predictions;
    private double[] actual;

    private protected OverlapMetric(int numClasses, IReadOnlyList<int>? targetClassIds)
    {
        classes = numClasses.AtLeast(2, GetType().Name, nameof(numClasses));
        TargetClassIds = targetClassIds is null ? [.. Enumerable.Range(0, numClasses)] : [.. targetClassIds];
        foreach (var label in TargetClassIds)
        {
            if (label < 0 || label >= numClasses) throw ArgumentRules.Wrong(GetType().Name, nameof(targetClassIds), $"from 0 to {numClasses - 1}", label);
        }

        (intersections, predictions, actual) = (new double[classes], new double[classes], new double[classes]);
    }

    /// <summary>The classes that are evaluated.</summary>
    public IReadOnlyList<int> TargetClassIds { get; }

    /// <summary>A class number whose rows are ignored. Rows whose target is not a class are always ignored.</summary>
    public int? IgnoreClass { get; init; }

    /// <inheritdoc/>
    public sealed override double Value => Values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();

    /// <inheritdoc/>
    public sealed override MonitorMode Direction => MonitorMode.Max;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<double> Values =>
        [.. TargetClassIds.Select(label => intersections[label] / (predictions[label] + actual[label] - intersections[label]))];

    private protected sealed override double[] State
    {
        get => [.. intersections, .. predictions, .. actual];
        set => (intersections, predictions, actual) = (value[..classes], value[classes..(2 * classes)], value[(2 * classes)..]);
    }

    /// <inheritdoc/>
    public sealed override void Reset() => (intersections, predictions, actual) = (new double[classes], new double[classes], new double[classes]);

    /// <inheritdoc/>
    protected sealed override void Add(MetricRow row)
    {
        var (label, predicted) = row.Prediction.Length > 1 ? (row.TargetClass, row.PredictedClass) : ((int)row.Target[0], Decide(row.Prediction[0]));
        if (label == IgnoreClass || label < 0 || label >= classes || predicted < 0 || predicted >= classes) return;
        actual[label] += row.Weight;
        predictions[predicted] += row.Weight;
        if (label == predicted) intersections[label] += row.Weight;
    }

    /// <summary>The class that a single output means.</summary>
    private protected virtual int Decide(float output) => (int)output;

    /// <summary>Reads the ignored class. The other settings follow from the shapes here.</summary>
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
