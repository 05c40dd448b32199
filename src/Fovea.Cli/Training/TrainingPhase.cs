using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>One call of <see cref="Model.Fit"/>: shows its progress and saves the model, also when training is stopped or fails.</summary>
/// <param name="output">The outputs of the command.</param>
/// <param name="score">The metric that is shown.</param>
/// <param name="file">The model file to write.</param>
/// <param name="curves">The plot of the training curves to write.</param>
/// <param name="checkpoint">Writes the model of the best epoch; null to keep that of the last.</param>
/// <param name="backup">Saves the state of the training, to resume it after a crash; null for none.</param>
/// <param name="before">The history of the training that this one continues, which is plotted first; null for none.</param>
internal sealed class TrainingPhase(
    CommandOutput output, ScoreColumn score, string file, string curves, ModelCheckpoint? checkpoint, BackupAndRestore? backup = null, History? before = null)
{
    private string validationName = "validation";

    public TrainingClock Clock { get; } = new();

    public ModelCheckpoint? Checkpoint => checkpoint;

    public History History => Clock.Progress!.History;

    /// <summary>Trains to the end, or until it is stopped.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="kept">The model to save if there is no checkpoint: the same model, or the one that contains it.</param>
    /// <param name="data">Training and validation data.</param>
    /// <param name="epochs">The number of epochs.</param>
    /// <param name="batchSize">The number of samples in a step.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <param name="convergence">Ends the training early; null for never.</param>
    /// <returns>Whether training ran to its end.</returns>
    public bool Run(
        Model model, Model kept, TrainingData data, int epochs, int batchSize, CancellationToken cancellationToken, EarlyStopping? convergence = null)
    {
        validationName = data.IsTestValidation && checkpoint is null ? "test" : "validation";
        try
        {
            var table = new EpochTable(output.Console, Clock, validationName, score);
            table.Show(output.IsLive, () => model.Fit(
                data.Train, epochs, batchSize, validation: data.Validation,
                callbacks: [.. ((Callback?[])[Clock, table, checkpoint, backup, convergence]).OfType<Callback>()], cancellationToken: cancellationToken));
        }
        catch (OperationCanceledException) when (Clock.Progress is { Epoch: > 1 } or { Batch: > 0 })
        {
            Keep(kept);
            return false;
        }
        catch (TrainingException error) when (Clock.Progress is { Epoch: > 1 })
        {
            // If the first epoch has not ended, the file on the disk is as good as the model.
            if (checkpoint is not { BestEpoch: > 0 }) Save(kept);
            Job.Wait();
            throw new CommandException(
                $"{error.Message} {(checkpoint is { BestEpoch: > 0 } best ? $"The best model, of epoch {best.BestEpoch}," : "The last good model")} is "
                + $"in {file}.", error);
        }

        SaveCurves();
        if (checkpoint is null || (checkpoint.BestEpoch == 0 && double.IsInfinity(checkpoint.BestValue))) Save(kept);
        if (checkpoint is { BestEpoch: 0 } && double.IsInfinity(checkpoint.BestValue))
            throw new CommandException(
                $"the validation loss was not finite in any epoch, so that there is no best one; the last model is in {file}. A smaller --learning-rate "
                    + "often helps.");
        return true;
    }

    /// <summary>Writes the model file, if this is the first process.</summary>
    private void Save(Model kept)
    {
        if (Job.IsFirst) kept.Save(file);
    }

    private void SaveCurves()
    {
        if (!Job.IsFirst) return;
        if (before is null) TrainingCurves.Save(History, curves, validationName: validationName);
        else TrainingCurves.Save([before, History], curves, labels: ["new head", "fine-tuning"], validationName: validationName);
    }

    private void Keep(Model kept)
    {
        var what = "the model";
        if (checkpoint is { BestEpoch: > 0 } best) what = $"the best model, of epoch {best.BestEpoch},";
        else if (checkpoint is null || double.IsInfinity(checkpoint.BestValue)) Save(kept);
        else what = "the model as it was before fine-tuning";
        if (History.Epochs > 0) SaveCurves();
        if (Job.IsFirst) output.Error.WriteLine(
            $"fovea train: stopped in epoch {Clock.Progress!.Epoch} after batch {Clock.Progress.Batch} of {Clock.Progress.Batches}; {what} is in {file}.");
        Job.Wait();
    }
}
