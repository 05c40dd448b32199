using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Trains the model of a fold.</summary>
/// <param name="task">What is learned.</param>
/// <param name="plan">The plan of all folds.</param>
/// <param name="output">The outputs of the command.</param>
/// <param name="files">The files of the folds.</param>
internal sealed class FoldTraining(LearningTask task, TrainingPlan plan, CommandOutput output, FoldFiles files)
{
    private const int BatchesPerBackup = 100;

    /// <summary>The progress of the training, to tell where it was interrupted.</summary>
    public TrainingClock Clock { get; } = new();

    /// <summary>Trains to the end.</summary>
    /// <param name="fold">The number of the fold, from 0.</param>
    /// <param name="model">The compiled model.</param>
    /// <param name="data">The samples of all other folds, and its own.</param>
    /// <param name="watch">Ends the training to keep to a time; null for none.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="CommandException">The training failed.</exception>
    public FoldOutcome Run(
        int fold, Model model, (Dataset Training, Dataset Validation) data, BudgetWatch? watch, CancellationToken cancellationToken)
    {
        var all = new TrainingData(data.Training, data.Validation, data.Validation, "");
        var (trained, whole) = task.Complete(model, all, () => plan.CreateOptimizer());
        var checkpoint = plan.KeepsBest ? new ModelCheckpoint(files.Working(fold), task.Monitored) { Saved = whole } : null;
        var table = new EpochTable(output.Console, Clock, "validation", task.Score);
        List<Callback> callbacks = [Clock, table];
        if (checkpoint is not null) callbacks.Add(checkpoint);
        if (plan.Patience is { } patience) callbacks.Add(new EarlyStopping("val_loss", patience: patience));
        callbacks.AddRange(plan.SizeCallbacks());
        if (plan.StopAfter is { } stop) callbacks.Add(new StopAfter(stop));
        if (watch is not null) callbacks.Add(watch);
        if (files.Backup(fold) is { } backup) callbacks.Add(new BackupAndRestore(backup, BatchesPerBackup, deleteCheckpoint: false));
        var prepared = task.Prepare(all, trained);
        if (task.Note is { } note) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        try
        {
            table.Show(output.IsLive, () => TrainingPhase.Fit(trained, prepared, plan, callbacks, cancellationToken));
        }
        catch (TrainingException error)
        {
            throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"fold {fold + 1}: {error.Message}"), error);
        }

        if (checkpoint is { BestEpoch: 0 })
            throw new CommandException(string.Create(
                CultureInfo.InvariantCulture,
                $"fold {fold + 1}: the validation loss was not finite in any epoch. A smaller --learning-rate often helps."));

        // The same weights without the optimizer and the memory of the training steps, which the next folds need.
        var kept = checkpoint is null ? whole.WithInput(whole.InputShape) : Model.Load(files.Working(fold), CancellationToken.None);
        return new FoldOutcome(fold, kept, Clock.Progress!.History, checkpoint?.BestEpoch, watch?.StoppedAfter);
    }
}
