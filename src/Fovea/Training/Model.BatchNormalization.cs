namespace Fovea;

/// <content>The statistics of batch normalizations.</content>
public partial class Model
{
    /// <summary>
    /// Computes the moving means and variances of all <see cref="BatchNormalization"/> layers again, for the weights as they are now: the mean over all batches
    /// of one pass over the data, weighted by the number of samples. Weights that were averaged need it, since the moving statistics are those of the weights
    /// before: it is PyTorch's <c>torch.optim.swa_utils.update_bn</c>. <see cref="FitOneCycle"/> does it if the optimizer averages the weights.
    /// </summary>
    /// <remarks>
    /// Augmentation and dropout are active, as in training. Nothing else changes: neither the weights nor the state of the optimizer. Layers that are frozen
    /// keep their statistics. With a <see cref="Distribution"/> every process makes this call.
    /// </remarks>
    /// <param name="data">The training data.</param>
    /// <param name="batchSize">The number of samples in a batch. Use that of training.</param>
    /// <param name="cancellationToken">Stops after the current batch; the model is then as before.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or evaluates it.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The data are not finite.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public void UpdateBatchNormalization(Dataset data, int batchSize = 32, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        batchSize.AtLeast(1, nameof(UpdateBatchNormalization), nameof(batchSize));
        var trainer = RequireTrainer();
        var statistics = NormalizationStatistics.Of(this);
        if (statistics.IsEmpty) return;
        using var claim = Begin(WeightUse.Training, nameof(UpdateBatchNormalization));
        trainer.Renew();
        var (before, schedule) = (new TrainingSnapshot(trainer), trainer.Optimizer.Schedule);
        before.Take();
        try
        {
            trainer.Optimizer.Schedule = 0f;  // a step that changes no weight
            statistics.Begin();
            FitLoop loop = null!;
            Together(() => loop = new FitLoop(trainer, new(data, Epochs: 1, batchSize, Validation: null, Shuffle: true, [statistics], cancellationToken)));
            loop.Run();
        }
        finally
        {
            data.Close();
            trainer.Optimizer.Schedule = schedule;
            before.Restore();
        }

        statistics.Apply();
    }

    /// <summary>Whether the optimizer averages weights of a model whose statistics belong to the weights before the average.</summary>
    private bool HasStaleStatistics(Optimizer optimizer) => optimizer.EndsWithAverages && !NormalizationStatistics.Of(this).IsEmpty;
}
