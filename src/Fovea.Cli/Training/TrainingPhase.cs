using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>One call of <see cref="Model.Fit"/>: shows its progress and saves the model, also when training is stopped or fails.</summary>
/// <param name="output">The outputs of the command.</param>
/// <param name="score">The metric that is shown.</param>
/// <param name="file">The model file to write.</param>
/// <param name="curves">The plot of the training curves to write.</param>
/// <param name="validationName">The name of the data that are evaluated after each epoch: validation or test.</param>
/// <param name="checkpoint">Writes the model of the best epoch; null to keep that of the last.</param>
/// <param name="callbacks">What else watches or ends the training; none by default.</param>
/// <param name="before">The history of the training that this one continues, which is plotted first; null for none.</param>
internal sealed class TrainingPhase(
    CommandOutput output, ScoreColumn score, string file, string curves, string validationName, ModelCheckpoint? checkpoint,
    IReadOnlyList<Callback>? callbacks = null, History? before = null)
{
    /// <summary>The samples for the statistics of batch normalizations after Ctrl-C, when the command is expected to end soon.</summary>
    private const int FewSamples = 640;

    public TrainingClock Clock { get; } = new();

    public ModelCheckpoint? Checkpoint => checkpoint;

    public History History => Clock.Progress!.History;

    /// <summary>The histories of the training that this one continues, if any, and of this one.</summary>
    public IReadOnlyList<History> Histories => before is null ? [History] : [before, History];

    /// <summary>The epoch whose model was kept, counted over all histories; null if it is the last, or one of the training that this one continues.</summary>
    public int? KeptEpoch => checkpoint is { BestEpoch: > 0 and var best } ? best + (before?.Epochs ?? 0) : null;

    /// <summary>The names of the optimizer and the loss, once the training has begun.</summary>
    public (string Optimizer, string Loss) Compiled { get; private set; }

    /// <summary>Trains to the end, or until it is stopped.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="kept">The model to save if there is no checkpoint: the same model, or the one that contains it.</param>
    /// <param name="data">Training and validation data.</param>
    /// <param name="plan">The epochs, the size of batches and the learning rate.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>Whether training ran to its end.</returns>
    public bool Run(Model model, Model kept, TrainingData data, TrainingPlan plan, CancellationToken cancellationToken)
    {
        Compiled = (model.Optimizer!.GetType().Name, model.Loss!.Name);
        try
        {
            var table = new EpochTable(output.Console, Clock, validationName, score);
            List<Callback> all = [Clock, table, .. callbacks ?? []];
            if (checkpoint is not null) all.Insert(2, checkpoint);
            table.Show(output.IsLive, () => Fit(model, data, plan, all, cancellationToken));
        }
        catch (OperationCanceledException) when (Clock.Progress is { Epoch: > 1 } or { Batch: > 0 })
        {
            if (plan.Averaging > 0)
                model.UpdateBatchNormalization(
                    data.Train.Shuffle(plan.Seed).Take(Math.Min(data.Train.Count, FewSamples)), plan.BatchSize, CancellationToken.None);
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

    /// <summary>Trains by the plan, with one cycle of the learning rate or without.</summary>
    public static void Fit(Model model, TrainingData data, TrainingPlan plan, IReadOnlyList<Callback> callbacks, CancellationToken cancellationToken)
    {
        if (plan.IsOneCycle)
        {
            const double momentum = PlanDecision.DefaultMomentum;
            model.FitOneCycle(
                data.Train, plan.Epochs, plan.HighestRate(model.Optimizer!), plan.BatchSize, data.Validation,
                momentums: model.Optimizer is Adam ? (momentum, momentum, momentum) : null, callbacks: callbacks, cancellationToken: cancellationToken);
        }
        else
        {
            model.Fit(data.Train, plan.Epochs, plan.BatchSize, data.Validation, callbacks: callbacks, cancellationToken: cancellationToken);
            if (plan.Averaging > 0) model.UpdateBatchNormalization(data.Train, plan.BatchSize, cancellationToken);
        }
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
