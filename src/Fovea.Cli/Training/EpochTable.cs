using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fovea.Cli;

/// <summary>
/// Shows the progress of training: at a terminal as a table that is updated in place, otherwise as one line per epoch.
/// </summary>
/// <param name="console">The console.</param>
/// <param name="clock">Measures the speed.</param>
/// <param name="evaluated">The name of the data that are evaluated after each epoch: test or validation.</param>
/// <param name="score">The metric that is shown.</param>
internal sealed class EpochTable(IAnsiConsole console, TrainingClock clock, string evaluated, ScoreColumn score) : Callback
{
    /// <summary>The lines of a terminal that are left for the header, the cursor and earlier output.</summary>
    private const int OtherLines = 5;

    private const int BarWidth = 14;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<string[]> finished = [];
    private LiveDisplayContext? live;
    private long lastRefresh;

    /// <summary>Runs a training while the table is shown.</summary>
    public void Show(bool isLive, Action train)
    {
        if (!isLive)
        {
            train();
            if (FinalRow() is { } values) console.MarkupLine($"{values[0]}  {evaluated} loss {values[6]}  {evaluated} {score.Name} {values[7]}");
            return;
        }

        try
        {
            // A terminal can only rewrite visible lines: the last epochs are shown during training, and all of them at the end.
            console.Live(new Text("")).AutoClear(true).Start(context =>
            {
                live = context;
                train();
                if (FinalRow() is { } values) finished.Add(values);
            });
        }
        finally
        {
            live = null;
            if (clock.Progress is { Epoch: > 0 } progress) console.Write(Render(progress, int.MaxValue));
        }
    }

    public override void OnTrainingBegin(TrainingProgress progress)
    {
        foreach (var note in progress.History.Notes) console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
    }

    public override void OnEpochBegin(TrainingProgress progress)
    {
        if (live is not null) Refresh(progress);
    }

    public override void OnBatchEnd(TrainingProgress progress)
    {
        if (live is null || (TimeProvider.System.GetElapsedTime(lastRefresh) < Interval && progress.Batch < progress.Batches)) return;
        Refresh(progress);
    }

    public override void OnEpochEnd(TrainingProgress progress)
    {
        var cells = Finished(progress);
        finished.Add(cells);
        if (live is not null) Refresh(progress);
        else console.MarkupLine(
            $"epoch {cells[0]}  {cells[2]} images/s  {cells[3]}  loss {cells[4]}  {score.Name} {cells[5]}  {evaluated} loss {cells[6]}  "
            + $"{evaluated} {score.Name} {cells[7]}");
    }

    private static string Bar(double share)
    {
        var done = (int)Math.Round(share * BarWidth);
        return $"[green]{new string('━', done)}[/][grey42]{new string('─', BarWidth - done)}[/]";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private void Refresh(TrainingProgress progress)
    {
        lastRefresh = TimeProvider.System.GetTimestamp();
        live!.UpdateTarget(Render(progress, Math.Max(1, console.Profile.Height - OtherLines)));
    }

    private Table Render(TrainingProgress progress, int maxEpochs)
    {
        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false };
        string[] headers = ["Epoch", "", "images/s", "time", "loss", score.Name, $"{evaluated}\nloss", $"{evaluated}\n{score.Name}"];
        for (var i = 0; i < headers.Length; i++)
        {
            var column =
                new TableColumn(
                new Markup($"[grey58]{headers[i]}[/]") { Justification = i < 2 ? Justify.Left : Justify.Right })
                {
                    NoWrap = true,
                    Padding = new Spectre.Console.Padding(0, 0, i == headers.Length - 1 ? 0 : 2, 0)
                };
            table.AddColumn(i < 2 ? column.LeftAligned() : column.RightAligned());
        }

        foreach (var cells in finished.TakeLast(maxEpochs)) table.AddRow(Cells(cells));
        if (finished.Count < progress.Epoch) table.AddRow(Cells(Running(progress)));
        return table;
    }

    private static IRenderable[] Cells(string[] cells) => [.. cells.Select(cell => new Markup(cell))];

    private string[] Running(TrainingProgress progress) =>
    [
        $"{progress.Epoch}/{progress.Epochs}", Bar((double)progress.SamplesSeen / progress.Samples!.Value), Number(clock.EpochRate, "N0"),
        progress.Batch < progress.Batches ? $"{Math.Ceiling(clock.TimeLeft.TotalSeconds):0} s left" : evaluated == "test" ? "testing" : "validating",
        .. progress.Batch == 0 ? ["", "", "", ""] : (string[])[Number(progress.Loss, "0.0000"), score.Print(Present(progress)), "", ""],
    ];

    private string[] Finished(TrainingProgress progress)
    {
        var history = progress.History;
        return
        [
            $"{progress.Epoch}/{progress.Epochs}", Bar(1), Number(clock.EpochRate, "N0"), Durations.Print(clock.EpochSeconds),
            Number(history["loss"][^1], "0.0000"), score.Print(history[score.Name][^1]),
            Number(history["val_loss"][^1], "0.0000"), $"[bold]{score.Print(history[$"val_{score.Name}"][^1])}[/]",
        ];
    }

    /// <summary>The last row: the model after the training, where the rows of the epochs are of other weights or of smaller images.</summary>
    private string[]? FinalRow() => clock.Progress?.History.Final is { } final
        ? ["final", "", "", "", "", "", Number(final["val_loss"], "0.0000"), $"[bold]{score.Print(final[$"val_{score.Name}"])}[/]"]
        : null;

    private double Present(TrainingProgress progress) => progress.Metrics.First(metric => metric.Name == score.Name).Value;
}
