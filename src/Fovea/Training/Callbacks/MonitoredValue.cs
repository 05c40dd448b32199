namespace Fovea;

/// <summary>A value of <see cref="History"/> that a callback watches, and its best value so far. NaN never counts as better.</summary>
internal sealed class MonitoredValue
{
    private readonly Callback callback;
    private readonly double minDelta;
    private readonly MonitorMode given;
    private MonitorMode mode;
    private Size2D? size;

    /// <param name="callback">The callback, for messages.</param>
    /// <param name="name">The name of the value.</param>
    /// <param name="mode">Whether higher or lower values are better.</param>
    /// <param name="minDelta">The smallest change that counts as an improvement, at least 0.</param>
    public MonitoredValue(Callback callback, string name, MonitorMode mode = MonitorMode.Auto, double minDelta = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "monitor");
        minDelta.AtLeast(0, callback.GetType().Name, nameof(minDelta));
        (this.callback, Name, this.minDelta) = (callback, name, minDelta);
        given = this.mode = mode.Defined(callback.GetType().Name, nameof(mode));
    }

    public string Name { get; }

    private bool IsOfValidation => Name.StartsWith("val_", StringComparison.Ordinal);

    /// <summary>The best value so far. Before the first it is infinite, or NaN if it is not known yet which values are better.</summary>
    public double Best
    {
        get => double.IsNaN(field)
            ? mode switch { MonitorMode.Min => double.PositiveInfinity, MonitorMode.Max => double.NegativeInfinity, _ => double.NaN }
            : field;
        set;
    } = double.NaN;

    public void Reset() => (Best, size) = (double.NaN, null);

    /// <summary>Takes the direction of better values from the training.</summary>
    /// <exception cref="TrainingException">The value is not measured, or it is not known which values of it are better.</exception>
    public void Begin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var subject = callback.GetType().Name;
        var measured = progress.Measured;
        if (measured.DirectionOf(Name) is not { } direction)
        {
            var hint = IsOfValidation && !measured.HasValidation ? " Give Fit validation data." : "";
            throw new TrainingException($"{subject}: expected to watch one of {string.Join(", ", measured.Names)}; received '{Name}'.{hint}");
        }

        mode = given == MonitorMode.Auto ? direction : given;
        if (mode == MonitorMode.Auto)
            throw new TrainingException(
                $"{subject}: it is not known whether lower or higher values of '{Name}' are better; give the mode, MonitorMode.Min or "
                + "MonitorMode.Max, or override the metric's Direction.");
    }

    /// <summary>
    /// Whether the last epoch's value is better than the best one before. If so, it becomes the best. With another size of the validation images the search
    /// begins again.
    /// </summary>
    public bool Improves(TrainingProgress progress)
    {
        if (IsOfValidation && progress.ValidationSize is { } measured)
        {
            if (size is { } before && before != measured) Best = double.NaN;
            size = measured;
        }

        var value = progress.History[Name][^1];
        if (!IsBetter(value, Best)) return false;
        Best = value;
        return true;
    }

    public void SaveState(BinaryWriter writer)
    {
        writer.Write(Best);
        writer.Write(size?.Height ?? 0);
        writer.Write(size?.Width ?? 0);
    }

    public void RestoreState(BinaryReader reader)
    {
        Best = reader.ReadDouble();
        var (height, width) = (reader.ReadInt32(), reader.ReadInt32());
        size = height == 0 ? null : (height, width);
    }

    /// <summary>Whether a value is better than another by more than the smallest change that counts.</summary>
    public bool IsBetter(double value, double other) => mode == MonitorMode.Min ? value < other - minDelta : value > other + minDelta;
}
