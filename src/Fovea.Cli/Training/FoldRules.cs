using System.Globalization;

namespace Fovea.Cli;

/// <summary>Refuses options that do not fit <c>--folds</c>, before anything is read.</summary>
internal static class FoldRules
{
    /// <exception cref="CommandException">An option does not fit.</exception>
    public static void Require(TrainRequest request, LearningTask task)
    {
        if (task is not IFoldedTask)
            throw new CommandException($"--folds: expected images of classes, labels or numbers; '{request.Data}' is for another task, {task.Name}.");
        if (request.Shards is not null)
            throw new CommandException("--folds: expected without --shards, since each fold is trained by one process.");
        if (request.FineTuneFrom is not null)
            throw new CommandException("--folds: expected without --fine-tune-from: the folds share the base, so that it stays as it is.");
        if (request.FindLearningRate)
            throw new CommandException("--folds: expected without --find-learning-rate, which does not train.");
        if (request.ShowCode)
            throw new CommandException("--show-code: expected without --folds; docs/training.md shows the lines to add.");
        if (Job.Size > request.Folds)
            throw new CommandException(string.Create(
                CultureInfo.InvariantCulture,
                $"--folds: expected at least one fold for each of {Job.Size} processes; received {request.Folds}. Start fewer processes."));
    }

    /// <exception cref="CommandException">An option does not fit.</exception>
    public static void RequireFolds(TrainRequest request)
    {
        if (request.FoldsOut is not null) throw new CommandException("--folds-out: expected with --folds.");
    }
}
