using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>
/// The weighted mean of any loss over the epoch: <c>new LossMetric(new MeanAbsoluteError())</c> is <c>keras.metrics.MeanAbsoluteError</c>. For
/// <see cref="CosineSimilarity"/> it is the similarity itself, 1 for the same direction, as Keras' metric of that name.
/// </summary>
/// <param name="loss">The loss. Its reduction does not matter.</param>
public sealed class LossMetric(Loss loss) : Metric
{
    private readonly Dictionary<(int Count, int Outputs, Shape? Shape), (Plan Plan, Node Prediction, Node Target)> plans = [];
    private double sum;
    private double weight;

    /// <summary>The loss.</summary>
    public Loss Loss { get; } = loss.NotNull("LossMetric", nameof(loss)).With(LossReduction.SumOverBatchSize);

    /// <inheritdoc/>
    public override double Value => (Loss is CosineSimilarity ? -sum : sum) / weight;

    /// <inheritdoc/>
    public override MonitorMode Direction => Loss is CosineSimilarity ? MonitorMode.Max : MonitorMode.Min;

    private protected override double[] State
    {
        get => [sum, weight];
        set => (sum, weight) = (value[0], value[1]);
    }

    private protected override string DefaultName => Loss is LogCosh ? "logcosh" : Loss is Huber ? "huber" : Loss.Name;

    /// <summary>The class of the metric in Keras. A loss that is not a metric in Keras has the name LossMetric, which files cannot contain.</summary>
    private protected override string ClassName => NameInKeras(Loss.GetType().Name) ?? nameof(LossMetric);

    private protected override string Settings => $"{Loss.GetType().Name} {base.Settings}";

    /// <inheritdoc/>
    public override void Reset() => (sum, weight) = (0, 0);

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int count, ReadOnlySpan<float> weights = default)
    {
        if (count == 0) return;
        lock (plans) AddBatch(targets, predictions, count, weights);  // a metric and its fresh copies share the plans
    }

    private void AddBatch(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int count, ReadOnlySpan<float> weights)
    {
        var key = (count, predictions.Length, OutputShape);
        if (!plans.TryGetValue(key, out var compiled)) plans[key] = compiled = Compile(predictions.Length / count, targets.Length / count, count);
        predictions.CopyTo(compiled.Plan.Input(compiled.Prediction));
        targets.CopyTo(compiled.Plan.Input(compiled.Target));
        compiled.Plan.Run();
        var losses = compiled.Plan.Output(0);
        var ignored = (Loss as SparseCategoricalCrossentropy)?.IgnoreClass;
        var length = targets.Length / count;
        var scale = ignored is { } label ? Counted(targets, label) / count : 1;
        for (var i = 0; i < count; i++)
        {
            var sample = weights.IsEmpty ? 1.0 : weights[i];
            sum += sample * losses[i] * scale;
            weight += ignored is { } left ? sample * Counted(targets.Slice(i * length, length), left) : sample;
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        Loss.WriteConfig(config);
        if (Loss is BinaryCrossentropy) config.Json.Remove("axis");
    }

    /// <summary>The class of a loss among Keras' metrics; null if there is none.</summary>
    internal static string? NameInKeras(string loss) => loss switch
    {
        "LogCosh" => "LogCoshError",
        "BinaryCrossentropy" or "CategoricalCrossentropy" or "CategoricalHinge" or "CosineSimilarity" or "Hinge" or "KLDivergence" or "MeanAbsoluteError"
            or "MeanAbsolutePercentageError" or "MeanSquaredError" or "MeanSquaredLogarithmicError" or "Poisson" or "SparseCategoricalCrossentropy"
            or "SquaredHinge" => loss,
        _ => null,
    };

    internal static LossMetric FromConfig(CatalogRow<Loss> loss, Config config)
    {
        _ = config.Find("reduction");
        return new LossMetric(loss.FromConfig(config));
    }

    /// <summary>The number of positions that are not ignored. The losses of a batch are scaled up for ignored ones; the metric undoes that.</summary>
    private static double Counted(ReadOnlySpan<float> targets, int ignored) => targets.Length - targets.Count((float)ignored);

    private (Plan Plan, Node Prediction, Node Target) Compile(int outputs, int targets, int count)
    {
        var length = RowLength(outputs, targets);
        var shape = OutputShape is { IsOpen: false } known && known.Count == outputs ? known : length == outputs ? [outputs] : [outputs / length, length];
        if (Loss.TargetShape(shape) is var expected && expected.Count != targets)
            throw new ArgumentException($"{Name}: expected targets {expected} for outputs {shape}; received {targets} for a sample.", nameof(targets));
        var prediction = new Node(new InputOp("predictions", shape.Prepend(count)));
        var target = new Node(new InputOp("targets", expected.Prepend(count)));
        return (Plan.Compile(new Graph([Loss.OfSamples(target, prediction)])), prediction, target);
    }
}
