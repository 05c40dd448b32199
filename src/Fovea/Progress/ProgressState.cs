namespace Fovea;

/// <summary>What a progress line tells.</summary>
/// <param name="Done">The number of finished steps.</param>
/// <param name="Total">The number of all steps; null if it is not known.</param>
/// <param name="Elapsed">The time since the first step began.</param>
/// <param name="StepTime">The time of a step. The first one is not counted if there are others, since it includes preparations.</param>
internal readonly record struct ProgressState(long Done, long? Total, TimeSpan Elapsed, TimeSpan StepTime)
{
    /// <summary>The time from the beginning of the first step to the end of the last, without what happens after it.</summary>
    public TimeSpan StepsElapsed { get; init; } = Elapsed;

    /// <summary>The name of a step.</summary>
    public string Unit { get; init; } = "step";

    /// <summary>What the steps are for; empty if that is clear.</summary>
    public string Title { get; init; } = "";

    /// <summary>Losses and metrics.</summary>
    public IReadOnlyCollection<KeyValuePair<string, double>> Values { get; init; } = [];

    /// <summary>The time that was spent waiting for data.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>What happens after the last step, such as <c>validation 3/20</c>; empty if nothing does.</summary>
    public string Note { get; init; } = "";

    /// <summary>The estimated time until the last step is done; null if the number of steps is not known, or before the first.</summary>
    public TimeSpan? TimeLeft => Total is { } total && Done > 0 ? StepTime * Math.Max(0, total - Done) : null;
}
