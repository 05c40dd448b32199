using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>One <see cref="Model.Fit"/> of a <c>fovea train</c>: shown, and kept whatever ends it.</summary>
/// <param name="output">Where it is shown.</param>
/// <param name="file">The model file to write.</param>
/// <param name="curves">The picture of the curves to write.</param>
/// <param name="checkpoint">What writes the best epoch's model; null where the last epoch's counts.</param>
/// <param name="backup">What keeps the training from which it goes on after a kill; null where nothing does.</param>
internal sealed class TrainingPhase(CommandOutput output, string file, string curves, ModelCheckpoint? checkpoint, BackupAndRestore? backup = null)
{
    public TrainingClock Clock { get; } = new();

    public ModelCheckpoint? Checkpoint => checkpoint;

    public History History => Clock.Progress!.History;

    /// <summary>Trains to the end, or until it is stopped.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="kept">The model to write to the file where no checkpoint has: the same, or a whole that it is part of.</param>
    /// <param name="data">What to learn and what to watch.</param>
    /// <param name="epochs">How often to go through the data.</param>
    /// <param name="batchSize">How many samples make one step.</param>
    /// <param name="cancellationToken">Stops after the present batch.</param>
    /// <param name="convergence">What ends the training before; null where nothing does.</param>
    /// <returns>Whether training went to its end.</returns>
    public bool Run(
        Model model, Model kept, TrainingData data, int epochs, int batchSize, CancellationToken cancellationToken, EarlyStopping? convergence = null)
    {
        try
        {
            var table = new EpochTable(output.Console, Clock, data.IsTestWatched && checkpoint is null ? "test" : "validation");
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
            // Before the first epoch ended there is nothing better to keep than what is on the disk already.
            if (checkpoint is not { BestEpoch: > 0 }) kept.Save(file);
            throw new CommandException(
                $"{error.Message} {(checkpoint is { BestEpoch: > 0 } best ? $"The best model, of epoch {best.BestEpoch}," : "The last good model")} is "
                + $"in {file}.", error);
        }

        TrainingCurves.Save(History, curves);
        if (checkpoint is null || (checkpoint.BestEpoch == 0 && double.IsInfinity(checkpoint.BestValue))) kept.Save(file);
        if (checkpoint is { BestEpoch: 0 } && double.IsInfinity(checkpoint.BestValue))
            throw new CommandException(
                $"the validation loss was a number in no epoch, so that none is the best; the last model is in {file}. A smaller --learning-rate often helps.");
        return true;
    }

    private void Keep(Model kept)
    {
        var what = "the model";
        if (checkpoint is { BestEpoch: > 0 } best) what = $"the best model, of epoch {best.BestEpoch},";
        else if (checkpoint is null || double.IsInfinity(checkpoint.BestValue)) kept.Save(file);
        else what = "the model as it was before fine-tuning";
        if (History.Epochs > 0) TrainingCurves.Save(History, curves);
        output.Error.WriteLine(
            $"fovea train: stopped in epoch {Clock.Progress!.Epoch} after batch {Clock.Progress.Batch} of {Clock.Progress.Batches}; {what} is in {file}.");
    }
}
