namespace Fovea;

/// <content>Evaluation.</content>
public partial class Model
{
    /// <summary>
    /// Measures loss and metrics on a data set, without training. If the model and the data have class names, classes are matched by name. Several threads may
    /// call it at once.
    /// </summary>
    /// <remarks>
    /// With a <see cref="Distribution"/> every process makes this call, with the same data and arguments. Each evaluates a part of the batches, and all
    /// receive the result of all samples, which does not depend on the number of processes.
    /// </remarks>
    /// <param name="data">The samples. A stream is read to its end; <see cref="Dataset.Take"/> shortens an endless one.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or changes it.</exception>
    /// <exception cref="NotSupportedException">There are several shards, and a custom metric does not override <see cref="Metric.Merge"/>.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">
    /// The data are not finite, have targets that the model cannot give or a class that it does not have, or images with another preprocessing than
    /// <see cref="ImageInput"/>.
    /// </exception>
    public Evaluation Evaluate(
        Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (batchSize is { } size) ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(batchSize));
        RequireTrainer();
        WeightLock.Claim? claim = null;
        try
        {
            var samples = 0;
            data = OwnPartsOf(data);
            Together(() =>
            {
                RequireSameImageInput(data);
                claim = Begin(WeightUse.Evaluation, nameof(Evaluate));
                samples = RequireTrainer().Expected(data).Size.BatchSizeOr(batchSize);
            });
            using var steps = StepProgress.Begin(Shown(verbose), progress, data.KnownCount, samples);
            var evaluation = RequireTrainer().Evaluate(data, samples, cancellationToken, steps is null ? null : steps.Add);
            steps?.Finish(evaluation.Metrics.Append(KeyValuePair.Create("loss", evaluation.Loss)).OrderBy(value => value.Key, StringComparer.Ordinal));
            return evaluation;
        }
        finally
        {
            claim?.Dispose();
            data.Close();
        }
    }
}
