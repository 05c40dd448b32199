using System.Diagnostics.CodeAnalysis;

namespace Fovea;

/// <summary>
/// A number reported during training and evaluation. It is computed exactly over the whole epoch, not as a mean of batches. A custom metric processes one row
/// of outputs after the other, <see cref="RowMetric"/>, or is the mean of a number for each row, <see cref="RowMean"/>. It is saved with the model once its
/// class is registered (<see cref="CustomObjects"/>). A metric accumulates the samples of one model, and a model refuses that of another.
/// </summary>
public abstract partial class Metric : IConfigurable
{
    private string? name;
    private bool savesNothing;

    /// <summary>
    /// The name in histories; by default the class in snake case: <c>mean_squared_error</c>. If several metrics of a model have the same name, the second is
    /// called <c>precision_1</c>, the third <c>precision_2</c>.
    /// </summary>
    public virtual string Name { get => name ?? DefaultName; init => name = value.NotNull(GetType().Name, nameof(Name)); }

    /// <summary>
    /// The shape of one prediction, whose innermost dimension is the classes or outputs. The model sets it when it is compiled; of a model of open size it has
    /// open sizes then, and those of the batch before each <see cref="Add"/>. While it is null, all outputs of a sample are one row.
    /// </summary>
    public Shape? OutputShape { get; set; }

    /// <summary>The value over the samples since <see cref="Reset"/>. Before the first sample, means are NaN and ratios are 0.</summary>
    public abstract double Value { get; }

    /// <summary>
    /// Whether higher (<see cref="MonitorMode.Max"/>) or lower values (<see cref="MonitorMode.Min"/>) are better, for callbacks that monitor the metric with
    /// <see cref="MonitorMode.Auto"/>. A custom metric overrides it; by default it is <see cref="MonitorMode.Auto"/>, not known.
    /// </summary>
    public virtual MonitorMode Direction => MonitorMode.Auto;

    /// <summary>One value for each class, output or threshold, if the metric has them; otherwise <see cref="Value"/> alone.</summary>
    public virtual IReadOnlyList<double> Values => [Value];

    /// <summary>The accumulated state, as numbers; null for a custom metric, whose state is not known here.</summary>
    [DisallowNull]
    private protected virtual double[]? State
    {
        get => null;
        set { }
    }

    private protected virtual string DefaultName => SnakeCase.Of(GetType().Name);

    /// <summary>Discards all samples.</summary>
    public abstract void Reset();

    /// <summary>
    /// Creates another metric with the same settings and no samples, so that evaluation does not disturb the state of training. By default it is a copy that is
    /// reset, so <see cref="Reset"/> must create new lists and arrays instead of clearing those that both would share.
    /// </summary>
    public virtual Metric Fresh()
    {
        var copy = (Metric)MemberwiseClone();
        copy.Owner = null;
        copy.Reset();
        return copy;
    }

    /// <summary>Writes the accumulated state, for <see cref="BackupAndRestore"/> within an epoch.</summary>
    public virtual void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        savesNothing = State is null;
        var state = State ?? [];
        writer.Write(state.Length);
        foreach (var number in state) writer.Write(number);
    }

    /// <summary>Reads the state that <see cref="SaveState"/> wrote.</summary>
    public virtual void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var state = new double[reader.ReadInt32()];
        for (var i = 0; i < state.Length; i++) state[i] = reader.ReadDouble();
        State = state;
    }

    /// <summary>Adds the samples of a batch, with the targets first, as Keras' <c>update_state(y_true, y_pred)</c>.</summary>
    /// <param name="targets">The targets, sample by sample.</param>
    /// <param name="predictions">The model's outputs, sample by sample.</param>
    /// <param name="count">The number of samples.</param>
    /// <param name="weights">The weight of each sample; empty if all are 1.</param>
    public abstract void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int count, ReadOnlySpan<float> weights = default);

    /// <summary>
    /// Adds a batch, as Keras' <c>update_state(y_true, y_pred)</c>: <c>metric.Update(labels, model.Predict(images))</c>. <see cref="Value"/> is Keras'
    /// <c>result()</c>.
    /// </summary>
    /// <param name="expected">The targets, (batch, …), or (batch) for class numbers.</param>
    /// <param name="predicted">The predictions, (batch, …).</param>
    /// <param name="sampleWeights">The weight of each sample, (batch); null if all count the same.</param>
    /// <exception cref="ShapeException">The tensors have different numbers of samples.</exception>
    /// <exception cref="ArgumentException">There is neither a target for each output nor one for each row of outputs.</exception>
    /// <exception cref="InvalidOperationException">The metric counts the samples of a compiled model.</exception>
    public void Update(Tensor expected, Tensor predicted, Tensor? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        if (Owner is { } model)
            throw new InvalidOperationException($"{Name}: the metric counts the samples of '{model.Name}'; create another one, new {GetType().Name}(…).");
        if (predicted.Shape.Rank == 0 || expected.Shape.Rank == 0 || expected.Shape[0] != predicted.Shape[0]
            || sampleWeights is not null && (sampleWeights.Shape.Rank != 1 || sampleWeights.Shape[0] != predicted.Shape[0]))
            throw new ShapeException(
                Name, $"expected the same number of samples, the first dimension, in targets, predictions and weights; received {expected.Shape}, "
                + $"{predicted.Shape}{(sampleWeights is null ? "" : $" and {sampleWeights.Shape}")}.");
        if (predicted.Shape.Rank > 1) OutputShape = predicted.Shape[1..];
        Add(expected.Values, predicted.Values, predicted.Shape[0], sampleWeights is null ? default : sampleWeights.Values);
    }

    /// <summary>The model that was compiled with the metric.</summary>
    internal Model? Owner { get; set; }

    /// <exception cref="ArgumentException">Another model was compiled with it.</exception>
    internal void RequireFree(Model model, string argument)
    {
        if (Owner is { } other && other != model)
            throw new ArgumentException(
                $"'{model.Name}': expected a metric for this model alone; '{Name}' belongs to '{other.Name}', whose samples it counts. Create one for "
                + "each model.", argument);
    }

    /// <summary>
    /// Writes the settings of the metric for the factory that is registered for its class (<see cref="CustomObjects"/>):
    /// <c>config.Set("threshold", Threshold)</c>. The name is saved without it.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>The name of the class in Keras.</summary>
    private protected virtual string ClassName => GetType().Name;

    string IConfigurable.ClassName => ClassName;

    void IConfigurable.WriteSettings(Config config)
    {
        config.Set("name", Name);
        config.Set("dtype", "float32");
        WriteConfig(config);
    }

    internal Metric Named(string given)
    {
        name = given;
        return this;
    }

    /// <summary>Gives the metrics of one output different names, and the shape of the output.</summary>
    internal static IReadOnlyList<Metric> Prepare(IReadOnlyList<Metric> metrics, Shape output)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var taken = new HashSet<string>();
        if (metrics.Distinct(ReferenceEqualityComparer.Instance).Count() < metrics.Count)
            throw new ArgumentException("expected different metrics; received one twice.", nameof(metrics));
        foreach (var metric in metrics)
        {
            ArgumentNullException.ThrowIfNull(metric, nameof(metrics));
            metric.OutputShape = output;
            var wanted = metric.Name;
            for (var number = 1; !taken.Add(metric.Name); number++)
            {
                metric.name = $"{wanted}_{number}";
                if (metric.Name == wanted) throw new ArgumentException($"expected metrics of different names; two are called '{wanted}'.", nameof(metrics));
            }
        }

        return metrics;
    }

    /// <summary>
    /// The number of outputs in a row: the innermost dimension if there is a target for each output, otherwise the outputs for each class number.
    /// </summary>
    private protected int RowLength(int outputs, int targets) => targets == outputs
        ? OutputShape is { Rank: > 0, IsOpen: false } shape && shape.Count == outputs
        ? shape[^1]
        : outputs
        : targets > 0 && outputs % targets == 0 ? outputs / targets
        : throw new ArgumentException(
            $"{Name}: expected as many targets as outputs, or one for each row of outputs; received {targets} targets for {outputs} outputs.", nameof(targets));

    private protected static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}
