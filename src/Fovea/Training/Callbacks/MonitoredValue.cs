namespace Fovea;

/// <summary>A value of <see cref="History"/> that a callback watches, and the best of it so far. A value that is not a number never counts.</summary>
internal sealed class MonitoredValue
{
    private readonly Callback callback;
    private readonly bool isLeastBest;
    private readonly float minDelta;

    /// <param name="callback">Who watches, for messages.</param>
    /// <param name="name">The name of the value.</param>
    /// <param name="mode">Which values are better.</param>
    /// <param name="minDelta">How much better a value must be to count, at least 0.</param>
    public MonitoredValue(Callback callback, string name, MonitorMode mode = MonitorMode.Auto, float minDelta = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "monitor");
        if (!(minDelta >= 0 && float.IsFinite(minDelta))) throw new ArgumentException($"{callback.GetType().Name}: minDelta must be a finite number of at least 0; received {minDelta}.", nameof(minDelta));
        if (!Enum.IsDefined(mode)) throw new ArgumentException($"{callback.GetType().Name}: mode must be Auto, Min or Max; received {mode}.", nameof(mode));
        (this.callback, Name, this.minDelta) = (callback, name, minDelta);
        isLeastBest = mode == MonitorMode.Min || (mode == MonitorMode.Auto && (name.Contains("loss", StringComparison.Ordinal) || name.Contains("error", StringComparison.Ordinal)));
        Reset();
    }

    public string Name { get; }

    /// <summary>The best value so far; infinite before the first.</summary>
    public double Best { get; set; }

    public void Reset() => Best = isLeastBest ? double.PositiveInfinity : double.NegativeInfinity;

    /// <summary>Whether the last epoch's value is better than the best before; then it is the best.</summary>
    /// <exception cref="TrainingException">The value is not measured.</exception>
    public bool Improves(History history)
    {
        if (!history.Names.Contains(Name))
        {
            throw new TrainingException(
                $"{callback.GetType().Name}: expected to watch one of {string.Join(", ", history.Names)}; received '{Name}'.{(Name.StartsWith("val_", StringComparison.Ordinal) ? " Give Fit validation data." : "")}");
        }

        var value = history[Name][^1];
        if (!IsBetter(value, Best)) return false;
        Best = value;
        return true;
    }

    /// <summary>Whether a value is better than another by enough to count.</summary>
    public bool IsBetter(double value, double other) => isLeastBest ? value < other - minDelta : value > other + minDelta;
}
