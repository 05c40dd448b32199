namespace Fovea;

/// <summary>
/// The progress of an operation that goes through samples in batches. It is reported to the caller, shown as a line, or both. An operation of a single batch
/// has none by default.
/// </summary>
internal sealed class StepProgress : IDisposable
{
    private readonly ProgressLine? line;
    private readonly IProgress<int>? progress;
    private int samples;
    private long steps;

    private StepProgress(ProgressLine? line, IProgress<int>? progress)
    {
        this.line = line;
        this.progress = progress;
    }

    /// <summary>Begins an operation.</summary>
    /// <param name="verbose">What to show.</param>
    /// <param name="progress">Receives the number of finished samples; null if the caller wants none.</param>
    /// <param name="count">The number of samples; null if it is not known.</param>
    /// <param name="batchSize">The number of samples per step.</param>
    /// <param name="title">What the steps are for; empty if that is clear.</param>
    /// <param name="unit">The name of a step.</param>
    /// <returns>The progress; null if it is neither reported nor shown.</returns>
    public static StepProgress? Begin(
        Verbosity verbose, IProgress<int>? progress, int? count, int batchSize, string title = "", string unit = "step")
    {
        if (progress is null && verbose == Verbosity.Auto && count <= batchSize) return null;
        var line = ProgressLine.Of(verbose, isReported: progress is not null);
        if (line is null && progress is null) return null;
        if (line is not null) (line.Total, line.Title, line.Unit) = (((long?)count + batchSize - 1) / batchSize, title, unit);
        return new StepProgress(line, progress);
    }

    /// <summary>Tells that a batch is done.</summary>
    /// <param name="count">Its number of samples.</param>
    public void Add(int count)
    {
        samples += count;
        steps++;
        progress?.Report(samples);
        if (line is not null && line.Step(steps)) line.Show(line.State(steps));
    }

    /// <summary>Tells that all batches are done.</summary>
    /// <param name="values">The values that were measured.</param>
    public void Finish(IEnumerable<KeyValuePair<string, double>>? values = null) =>
        line?.Finish(line.State(steps) with { Values = [.. values ?? []] });

    /// <inheritdoc/>
    public void Dispose() => line?.Dispose();
}
