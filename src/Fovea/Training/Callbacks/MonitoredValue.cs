namespace Fovea;

/// <summary>A value of <see cref="History"/> that a callback watches, and the best of it so far. A value that is not a number never counts.</summary>
internal sealed class MonitoredValue
{
    private readonly Callback callback;
    private readonly float minDelta;
    private readonly MonitorMode given;
    private MonitorMode mode;

    /// <param name="callback">Who watches, for messages.</param>
    /// <param name="name">The name of the value.</param>
    /// <param name="mode">Which values are better.</param>
    /// <param name="minDelta">How much better a value must be to count, at least 0.</param>
    public MonitoredValue(Callback callback, string name, MonitorMode mode = MonitorMode.Auto, float minDelta = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "monitor");
        minDelta.AtLeast(0, callback.GetType().Name, nameof(minDelta));
        (this.callback, Name, this.minDelta) = (callback, name, minDelta);
        given = this.mode = mode.Defined(callback.GetType().Name, nameof(mode));
    }

    public string Name { get; }

    /// <summary>The best value so far; before the first infinite, or not a number where it is not known yet which values are better.</summary>
    public double Best
    {
        get => double.IsNaN(field)
            ? mode switch { MonitorMode.Min => double.PositiveInfinity, MonitorMode.Max => double.NegativeInfinity, _ => double.NaN }
            : field;
        set;
    } = double.NaN;

    public void Reset() => Best = double.NaN;

    /// <summary>Learns what the training measures.</summary>
    /// <exception cref="TrainingException">The value is not measured, or nobody knows which values of it are better.</exception>
    public void Begin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var subject = callback.GetType().Name;
        var measured = progress.Measured;
        if (measured.DirectionOf(Name) is not { } direction)
        {
            var hint = Name.StartsWith("val_", StringComparison.Ordinal) && !measured.HasValidation ? " Give Fit validation data." : "";
            throw new TrainingException($"{subject}: expected to watch one of {string.Join(", ", measured.Names)}; received '{Name}'.{hint}");
        }

        mode = given == MonitorMode.Auto ? direction : given;
        if (mode == MonitorMode.Auto)
            throw new TrainingException(
                $"{subject}: it is not known whether '{Name}' is better when it is less or when it is greater; give the mode, MonitorMode.Min or "
                + "MonitorMode.Max, or override the metric's Direction.");
    }

    /// <summary>Whether the last epoch's value is better than the best before; then it is the best.</summary>
    public bool Improves(History history)
    {
        var value = history[Name][^1];
        if (!IsBetter(value, Best)) return false;
        Best = value;
        return true;
    }

    /// <summary>Whether a value is better than another by enough to count.</summary>
    public bool IsBetter(double value, double other) => mode == MonitorMode.Min ? value < other - minDelta : value > other + minDelta;
}
