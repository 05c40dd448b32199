namespace Fovea;

/// <content>Metrics of separate samples, merged into one.</content>
public abstract partial class Metric
{
    /// <summary>
    /// Adds the samples that another metric of the same class and settings has accumulated, as if they had been added after those of this one. The other
    /// metric does not change.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Counts and sums of whole numbers are exactly those of one metric for all samples. Other sums differ by the rounding of float64 numbers that are added
    /// in another order. Settings are those that <see cref="WriteConfig"/> writes.
    /// </para>
    /// <para>
    /// A custom <see cref="RowMean"/> can be merged as it is. Any other custom metric overrides <see cref="Merge"/>. With several shards
    /// (<see cref="DataParallel"/>) it also overrides <see cref="SaveState"/> and <see cref="RestoreState"/>, by which processes exchange it.
    /// </para>
    /// </remarks>
    /// <param name="other">The metric whose samples are added.</param>
    /// <exception cref="ArgumentException">The other metric has another class or other settings, or its samples had another number of outputs.</exception>
    /// <exception cref="NotSupportedException">A custom metric does not override this method.</exception>
    public virtual void Merge(Metric other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (State is null)
            throw new NotSupportedException(
                $"{Name}: {GetType().Name} does not override Merge, which adds the samples of another metric. Override it, or derive the metric from RowMean.");
        RequireSameSettings(other);
        AddState(other);
    }

    /// <summary>Refuses a metric that cannot count the samples of several shards.</summary>
    /// <exception cref="NotSupportedException">It is a custom metric that does not override what that needs.</exception>
    internal void RequireMergeable()
    {
        var (one, other) = (Fresh(), Fresh());
        one.Merge(other);
        using var state = new MemoryStream();
        one.SaveState(new BinaryWriter(state));
        if (one.savesNothing && state.Length == sizeof(int))
            throw new NotSupportedException(
                $"{Name}: {GetType().Name} overrides Merge, but not SaveState and RestoreState, by which processes exchange it. Override them too.");
    }

    /// <summary>The settings as text; metrics of one class are merged if the texts are equal.</summary>
    private protected virtual string Settings
    {
        get
        {
            var config = new Config(ClassName, []);
            WriteConfig(config);
            return config.Json.ToJsonString();
        }
    }

    /// <summary>Adds the state of another metric of the same settings: number by number, unless a metric defines otherwise.</summary>
    private protected virtual void AddState(Metric other)
    {
        double[] own = State!, added = other.State!;

        // The state of a metric that learns the number of outputs from its first sample is shorter before.
        if (own.Length != added.Length && Array.Exists(own, number => number != 0) && Array.Exists(added, number => number != 0))
            throw new ArgumentException($"{Name}: expected samples with the same number of outputs as before; received others.", nameof(other));
        var (longer, shorter) = own.Length < added.Length ? (added, own) : (own, added);
        var sum = (double[])longer.Clone();
        for (var i = 0; i < shorter.Length; i++) sum[i] += shorter[i];
        State = sum;
    }

    private void RequireSameSettings(Metric other)
    {
        if (other.GetType() != GetType())
            throw new ArgumentException($"{Name}: expected another {GetType().Name}; received a metric {other.GetType().Name}.", nameof(other));
        if (other.Settings != Settings)
            throw new ArgumentException(
                $"{Name}: expected another {GetType().Name} with the same settings, {Settings}; received one with {other.Settings}.", nameof(other));
    }
}
