namespace Fovea;

/// <summary>Intersection over union of some classes; <c>keras.metrics.IoU</c>.</summary>
/// <param name="numClasses">The number of classes.</param>
/// <param name="targetClassIds">The classes that are evaluated.</param>
public sealed class IoU(int numClasses, IReadOnlyList<int> targetClassIds) : OverlapMetric(numClasses, targetClassIds.NotNull("IoU", nameof(targetClassIds)))
{
    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, isList: true, isSparse: true);

    internal static IoU FromConfig(Config config) => new(config.GetInt("num_classes"), config.GetInts("target_class_ids"))
    {
        IgnoreClass = ReadIgnoreClass(config),
    };
}

/// <summary>Intersection over union of some classes, for one-hot targets; <c>keras.metrics.OneHotIoU</c>.</summary>
/// <param name="numClasses">The number of classes.</param>
/// <param name="targetClassIds">The classes that are evaluated.</param>
public sealed class OneHotIoU(int numClasses, IReadOnlyList<int> targetClassIds)
    : OverlapMetric(numClasses, targetClassIds.NotNull("OneHotIoU", nameof(targetClassIds)))
{
    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, isList: true, isSparse: null);

    internal static OneHotIoU FromConfig(Config config) => new(config.GetInt("num_classes"), config.GetInts("target_class_ids"))
    {
        IgnoreClass = ReadIgnoreClass(config),
    };
}

/// <summary>The mean intersection over union of all classes; <c>keras.metrics.MeanIoU</c>.</summary>
/// <param name="numClasses">The number of classes.</param>
public sealed class MeanIoU(int numClasses) : OverlapMetric(numClasses, null)
{
    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, isList: false, isSparse: true);

    internal static MeanIoU FromConfig(Config config) => new(config.GetInt("num_classes")) { IgnoreClass = ReadIgnoreClass(config) };
}

/// <summary>
/// The mean intersection over union of all classes, for one-hot targets; <c>keras.metrics.OneHotMeanIoU</c>.
/// </summary>
/// <param name="numClasses">The number of classes.</param>
public sealed class OneHotMeanIoU(int numClasses) : OverlapMetric(numClasses, null)
{
    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => WriteConfig(config, isList: false, isSparse: null);

    internal static OneHotMeanIoU FromConfig(Config config) => new(config.GetInt("num_classes")) { IgnoreClass = ReadIgnoreClass(config) };
}

/// <summary>Intersection over union of outputs below a threshold (class 0) and the others (class 1); <c>keras.metrics.BinaryIoU</c>.</summary>
/// <param name="targetClassIds">The classes that are evaluated: 0, 1 or both; null for both.</param>
/// <param name="threshold">The lowest output of class 1.</param>
public sealed class BinaryIoU(IReadOnlyList<int>? targetClassIds = null, double threshold = 0.5) : OverlapMetric(2, targetClassIds)
{
    /// <summary>The lowest output of class 1.</summary>
    public double Threshold { get; } = threshold.Finite("BinaryIoU", nameof(threshold));

    private protected override int Decide(float output) => output >= (float)Threshold ? 1 : 0;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("target_class_ids", TargetClassIds);
        config.Set("threshold", Threshold);
    }

    internal static BinaryIoU FromConfig(Config config) => new(
        config.GetOptionalInts("target_class_ids"), config.GetFloat("threshold", 0.5f));
}
