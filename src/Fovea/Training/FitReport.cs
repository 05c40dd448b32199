namespace Fovea;

/// <summary>Reports a training: shows it as a progress line, and hands it to the caller's <see cref="IProgress{T}"/>.</summary>
/// <param name="line">The line; null for none.</param>
/// <param name="receiver">The caller's receiver; null for none.</param>
internal sealed class FitReport(ProgressLine? line, IProgress<FitProgress>? receiver) : Callback, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider clock = TimeProvider.System;
    private long reported;
    private int epoch;
    private int notes;

    /// <summary>Returns the losses and metrics of the epoch so far, by their names in the history.</summary>
    public Func<IReadOnlyCollection<KeyValuePair<string, double>>> Values { get; set; } = () => [];

    /// <summary>The time that was spent waiting for data in this epoch.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>The report of a training; null if its progress is neither reported nor shown.</summary>
    public static FitReport? Of(Verbosity verbose, IProgress<FitProgress>? receiver)
    {
        var line = ProgressLine.Of(verbose, isReported: receiver is not null, isAtOnce: true);
        return line is null && receiver is null ? null : new FitReport(line, receiver);
    }

    internal override bool ActsOnBatches => receiver is not null;

    /// <inheritdoc/>
    public override void OnEpochBegin(TrainingProgress progress) => Begin(progress);

    /// <inheritdoc/>
    public override void OnBatchEnd(TrainingProgress progress)
    {
        if (epoch != progress.Epoch) Begin(progress);  // an epoch that is resumed in its midst has no beginning
        if (line is not null && line.Step(progress.Batch)) line.Show(State(progress, line));
        if (receiver is null || clock.GetElapsedTime(reported) < Interval) return;
        Report(progress, Values(), isEnd: false);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        var history = progress.History;
        KeyValuePair<string, double>[] values = [.. history.Names.Select(name => KeyValuePair.Create(name, history[name][^1]))];
        if (line is not null)
        {
            line.Total = progress.Batches;  // of a stream it is known after the first epoch
            line.Finish(State(progress, line) with { Values = Ordered(values) });
        }

        if (receiver is not null) Report(progress, values, isEnd: true);
    }

    /// <inheritdoc/>
    public override void OnTrainingEnd(TrainingProgress progress) => Dispose();

    /// <summary>Shows how much of the validation data is done, after the last batch of an epoch.</summary>
    public void Validate(TrainingProgress progress, int samples, int? count)
    {
        if (line is not { IsDue: true }) return;
        var note = count is { } all ? $"validation {100L * samples / Math.Max(1, all)}%" : $"validation, {samples} samples";
        line.Show(State(progress, line) with { Note = note });
    }

    /// <inheritdoc/>
    public void Dispose() => line?.Dispose();

    /// <summary>Keras' order: by name, the values of the validation data last.</summary>
    private static KeyValuePair<string, double>[] Ordered(IEnumerable<KeyValuePair<string, double>> values) =>
        [.. values.OrderBy(value => value.Key.StartsWith("val_", StringComparison.Ordinal)).ThenBy(value => value.Key, StringComparer.Ordinal)];

    private void Begin(TrainingProgress progress)
    {
        epoch = progress.Epoch;
        Waited = TimeSpan.Zero;
        if (line is null) return;
        foreach (var note in progress.History.Notes.Skip(notes)) line.Print(note);
        notes = progress.History.Notes.Count;
        line.Total = progress.Batches;
        var title = progress.Epochs > 1 ? $"Epoch {progress.Epoch}/{progress.Epochs}" : "";
        line.Title = line.IsLive ? "" : line.IsNextToAnother ? $"{progress.Model.Name} {title}".TrimEnd() : title;
        if (line.IsLive && title.Length > 0) line.Print(title);
        line.Begin();
        line.Show(line.State(progress.Batch));
    }

    private ProgressState State(TrainingProgress progress, ProgressLine shown) =>
        shown.State(progress.Batch) with { Values = Ordered(Values()), Waited = Waited };

    private void Report(TrainingProgress progress, IReadOnlyCollection<KeyValuePair<string, double>> values, bool isEnd)
    {
        reported = clock.GetTimestamp();
        receiver!.Report(new FitProgress(progress.Epoch, progress.Epochs, progress.Batch, progress.Batches, new Dictionary<string, double>(values), isEnd));
    }
}
