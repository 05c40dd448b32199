using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>Intersection over union of some classes; <c>keras.metrics.IoU</c>.</summary>
/// <param name="numClasses">How many classes there are.</param>
/// <param name="targetClassIds">The classes that are looked at.</param>
public sealed class IoU(int numClasses, IReadOnlyList<int> targetClassIds) : OverlapMetric(numClasses, targetClassIds.NotNull("IoU", nameof(targetClassIds)))
{
    internal override void WriteConfig(Config config) => WriteConfig(config, isList: true, isSparse: true);
}

/// <summary>Intersection over union of some classes, the target being a row with its greatest at the class; <c>keras.metrics.OneHotIoU</c>.</summary>
/// <param name="numClasses">How many classes there are.</param>
/// <param name="targetClassIds">The classes that are looked at.</param>
public sealed class OneHotIoU(int numClasses, IReadOnlyList<int> targetClassIds)
    : OverlapMetric(numClasses, targetClassIds.NotNull("OneHotIoU", nameof(targetClassIds)))
{
    internal override void WriteConfig(Config config) => WriteConfig(config, isList: true, isSparse: null);
}

/// <summary>The mean intersection over union of all classes; <c>keras.metrics.MeanIoU</c>.</summary>
/// <param name="numClasses">How many classes there are.</param>
public sealed class MeanIoU(int numClasses) : OverlapMetric(numClasses, null)
{
    internal override void WriteConfig(Config config) => WriteConfig(config, isList: false, isSparse: true);
}

/// <summary>
/// The mean intersection over union of all classes, the target being a row with its greatest at the class; <c>keras.metrics.OneHotMeanIoU</c>.
/// </summary>
/// <param name="numClasses">How many classes there are.</param>
public sealed class OneHotMeanIoU(int numClasses) : OverlapMetric(numClasses, null)
{
    internal override void WriteConfig(Config config) => WriteConfig(config, isList: false, isSparse: null);
}

/// <summary>Intersection over union of what lies below a threshold (class 0) and what does not (class 1); <c>keras.metrics.BinaryIoU</c>.</summary>
/// <param name="targetClassIds">The classes that are looked at: 0, 1 or both; null for both.</param>
/// <param name="threshold">From where on an output is of class 1.</param>
public sealed class BinaryIoU(IReadOnlyList<int>? targetClassIds = null, float threshold = 0.5f) : OverlapMetric(2, targetClassIds)
{
    /// <summary>From where on an output is of class 1.</summary>
    public float Threshold { get; } = threshold.Finite("BinaryIoU", nameof(threshold));

    private protected override int Decide(float output) => output >= Threshold ? 1 : 0;

    internal override void WriteConfig(Config config)
    {
        config.Json["target_class_ids"] = new JsonArray([.. TargetClassIds.Select(label => (JsonNode)label)]);
        config.Set("threshold", Threshold);
    }
}
