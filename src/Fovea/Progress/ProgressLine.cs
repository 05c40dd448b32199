namespace Fovea;

/// <summary>
/// The line that shows how far an operation is: a bar that is rewritten in place at most ten times a second, or a line at the end, or nothing. An operation
/// within another, or on another thread at the same time, does not disturb the line of the first.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>By default, nothing is shown of an operation that takes less.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly ProgressConsole console;
    private readonly Verbosity verbosity;
    private readonly bool isAtOnce;
    private long started;
    private long firstStepEnd;
    private long firstStep;
    private long lastStepEnd;
    private long lastStep;
    private long next;
    private bool isShown;

    private ProgressLine(ProgressConsole console, Verbosity verbosity, bool isAtOnce)
    {
        this.console = console;
        this.verbosity = verbosity;
        this.isAtOnce = isAtOnce || verbosity != Verbosity.Auto;
        Begin();
        next = this.isAtOnce ? started : started + Ticks(Moment);
    }

    /// <summary>The number of all steps; null if it is not known.</summary>
    public long? Total { get; set; }

    /// <summary>The name of a step.</summary>
    public string Unit { get; set; } = "step";

    /// <summary>What the steps are for; empty if that is clear.</summary>
    public string Title { get; set; } = "";

    /// <summary>Whether this is the line at the cursor, which can be rewritten.</summary>
    public bool IsLive => HasBar && console.TryOwn(this);

    /// <summary>Whether another operation has the line at the cursor.</summary>
    public bool IsNextToAnother => HasBar && console.CanRewrite && !console.TryOwn(this);

    /// <summary>Whether it is time to show another state.</summary>
    public bool IsDue => console.Clock.GetTimestamp() >= next;

    private bool HasBar => verbosity != Verbosity.Lines;

    private ProgressLayout Layout => new(console.Columns, console.HasUnicode, console.HasColors);

    /// <summary>Begins the line of an operation.</summary>
    /// <param name="verbosity">What the caller asked for.</param>
    /// <param name="isReported">Whether the caller receives the progress in another way.</param>
    /// <param name="isAtOnce">Whether the line is shown from the beginning, however short the operation.</param>
    /// <returns>The line; null if nothing is to be shown.</returns>
    public static ProgressLine? Of(Verbosity verbosity, bool isReported, bool isAtOnce = false)
    {
        if (verbosity == Verbosity.Silent || (verbosity == Verbosity.Auto && isReported)) return null;
        var console = ProgressConsole.Current;
        if (verbosity == Verbosity.Auto && !console.ShowsByDefault) return null;
        return new ProgressLine(console, verbosity, isAtOnce);
    }

    /// <summary>Begins the steps of another part of the operation, such as an epoch.</summary>
    public void Begin()
    {
        started = firstStepEnd = lastStepEnd = console.Clock.GetTimestamp();
        firstStep = lastStep = -1;
    }

    /// <summary>Prints a line above.</summary>
    public void Print(string text) => console.Print(this, new ProgressFrame(text));

    /// <summary>Measures the time until a step is done.</summary>
    /// <param name="done">The number of finished steps.</param>
    /// <returns>Whether it is time to show another state.</returns>
    public bool Step(long done)
    {
        (lastStep, lastStepEnd) = (done, console.Clock.GetTimestamp());
        if (firstStep < 0) (firstStep, firstStepEnd) = (lastStep, lastStepEnd);
        return lastStepEnd >= next;
    }

    /// <summary>Shows a state, if the line is live.</summary>
    public void Show(ProgressState state)
    {
        next = console.Clock.GetTimestamp() + Ticks(Interval);
        if (!IsLive) return;
        isShown = true;
        console.Rewrite(this, Layout.Running(state));
    }

    /// <summary>Prints the last state as a line that stays, unless the operation was done in a moment.</summary>
    public void Finish(ProgressState state)
    {
        if (!isAtOnce && !isShown && !(IsDue && IsLive)) return;
        console.Print(this, Layout.Finished(state, HasBar));
    }

    /// <summary>The state of the line now.</summary>
    public ProgressState State(long done)
    {
        var (first, steps) = lastStep > firstStep ? (firstStepEnd, lastStep - firstStep) : (started, Math.Max(1, lastStep));
        return new ProgressState(done, Total, console.Clock.GetElapsedTime(started), console.Clock.GetElapsedTime(first, lastStepEnd) / steps)
        {
            StepsElapsed = console.Clock.GetElapsedTime(started, lastStepEnd),
            Unit = Unit,
            Title = Title,
        };
    }

    /// <summary>Leaves what is shown, and moves the cursor to the next line.</summary>
    public void Dispose() => console.Release(this);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * console.Clock.TimestampFrequency);
}
