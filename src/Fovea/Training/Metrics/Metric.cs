namespace Fovea;

/// <summary>
/// A number that is watched during training and evaluation, computed over the whole epoch exactly, not as a mean of batches. A metric of your own
/// looks at one row of outputs after the other, <see cref="RowMetric"/>, or is the mean of what it says of each, <see cref="RowMean"/>.
/// </summary>
public abstract class Metric : IConfigurable
{
    private string? name;

    /// <summary>
    /// The name in histories, by default the class as Keras writes it: <c>mean_squared_error</c>. Of several metrics of one name a model calls the
    /// second <c>precision_1</c>, the third <c>precision_2</c>.
    /// </summary>
    public virtual string Name { get => name ?? DefaultName; init => name = value.NotNull(GetType().Name, nameof(Name)); }

    /// <summary>
    /// The shape of one prediction, whose innermost dimension is classes or outputs; a model sets it when it is compiled. Where it is not known,
    /// all outputs of a sample are one row.
    /// </summary>
    public Shape? OutputShape { get; set; }

    /// <summary>The value over the samples since <see cref="Reset"/>. Means are NaN before the first; shares of nothing are 0.</summary>
    public abstract double Value { get; }

    /// <summary>
    /// Which values are better, for callbacks that watch the metric with <see cref="MonitorMode.Auto"/>: <see cref="MonitorMode.Max"/> or
    /// <see cref="MonitorMode.Min"/>. Every
    /// metric of Fovea says so; of one of your own it is <see cref="MonitorMode.Auto"/>, not known, unless you override it.
    /// </summary>
    public virtual MonitorMode Direction => MonitorMode.Auto;

    /// <summary>The values of a metric that has one for each class, output or threshold, which <see cref="Value"/> averages; else that alone.</summary>
    public virtual IReadOnlyList<double> Values => [Value];

    /// <summary>What was counted, as numbers.</summary>
    private protected virtual double[] State
    {
        get => [];
        set { }
    }

    private protected virtual string DefaultName => SnakeCase.Of(GetType().Name);

    /// <summary>Starts over.</summary>
    public abstract void Reset();

    /// <summary>
    /// Another metric of the same settings that has seen nothing: evaluation does not disturb what training has counted. By default a copy, reset:
    /// <see cref="Reset"/> must not empty lists and arrays that both would share, but make new ones.
    /// </summary>
    public virtual Metric Fresh()
    {
        var copy = (Metric)MemberwiseClone();
        copy.Owner = null;
        copy.Reset();
        return copy;
    }

    /// <summary>Writes what was counted since <see cref="Reset"/>, for <see cref="BackupAndRestore"/> within an epoch.</summary>
    public virtual void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var state = State;
        writer.Write(state.Length);
        foreach (var number in state) writer.Write(number);
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    public virtual void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var state = new double[reader.ReadInt32()];
        for (var i = 0; i < state.Length; i++) state[i] = reader.ReadDouble();
        State = state;
    }

    /// <summary>Adds the samples of a batch.</summary>
    /// <param name="predictions">The model's outputs, sample after sample.</param>
    /// <param name="targets">The targets, sample after sample.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="weights">How much each sample counts; nothing where all count 1.</param>
    public abstract void Add(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int count, ReadOnlySpan<float> weights = default);

    /// <summary>The model that was compiled with it.</summary>
    internal Model? Owner { get; set; }

    /// <exception cref="ArgumentException">Another model was compiled with it.</exception>
    internal void RequireFree(Model model, string argument)
    {
        if (Owner is { } other && other != model)
            throw new ArgumentException(
                $"'{model.Name}': expected metrics of its own; '{Name}' is that of '{other.Name}', whose samples it counts. Make one for each "
                + "model.", argument);
    }

    /// <summary>
    /// Writes the settings of the metric, so that the factory of its class can read them: <c>config.Set("threshold", Threshold)</c>. The name is written and
    /// read without it.
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

    /// <summary>Tells the metrics of one output apart and says what they will see.</summary>
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

    /// <summary>How many outputs are a row: the innermost dimension where there are as many targets, else those that share a class number.</summary>
    private protected int RowLength(int outputs, int targets) => targets == outputs
        ? OutputShape is { Rank: > 0 } shape && shape.Count == outputs
        ? shape[^1]
        : outputs
        : targets > 0 && outputs % targets == 0 ? outputs / targets
        : throw new ArgumentException(
            $"{Name}: expected as many targets as outputs, or one for each row of outputs; received {targets} targets for {outputs} outputs.", nameof(targets));

    private protected static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}
