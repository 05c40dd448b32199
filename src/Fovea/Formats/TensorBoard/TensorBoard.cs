namespace Fovea;

/// <summary>
/// Writes training for TensorBoard; <c>keras.callbacks.TensorBoard</c>: what was measured in each epoch, in the folders <c>train</c> and <c>validation</c>
/// (<c>epoch_loss</c>, <c>epoch_accuracy</c>, …, <c>epoch_learning_rate</c>), and where asked for batches, histograms of the weights and the graph.
/// </summary>
/// <param name="logDir">The folder of the run: <c>logs/first</c>, shown by <c>tensorboard --logdir logs</c>.</param>
/// <param name="histogramFrequency">After how many epochs the weights' histograms are written; 0 for never.</param>
/// <param name="writeGraph">Whether the model's graph is written.</param>
/// <param name="updateFrequency">After how many batches the loss and the metrics of the epoch so far are written too; 0 for epochs alone.</param>
public sealed class TensorBoard(string logDir, int histogramFrequency = 0, bool writeGraph = true, int updateFrequency = 0) : Callback, IDisposable
{
    private const string ValidationPrefix = "val_";
    private SummaryWriter? train;
    private SummaryWriter? validation;

    /// <summary>The folder of the run.</summary>
    public string LogDir { get; } = logDir.NotEmpty(nameof(TensorBoard), nameof(logDir), "a folder");

    /// <summary>After how many epochs the weights' histograms are written; 0 for never.</summary>
    public int HistogramFrequency { get; } = histogramFrequency.AtLeast(0, nameof(TensorBoard), nameof(histogramFrequency));

    /// <summary>After how many batches the loss and the metrics of the epoch so far are written too; 0 for epochs alone.</summary>
    public int UpdateFrequency { get; } = updateFrequency.AtLeast(0, nameof(TensorBoard), nameof(updateFrequency));

    /// <summary>Writes more into the run's folder, while training goes on: images, for instance.</summary>
    /// <exception cref="InvalidOperationException">Training does not go on.</exception>
    public SummaryWriter Writer => train ?? throw new InvalidOperationException("TensorBoard: expected to be asked for the writer while training goes on.");

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Dispose();
        train = new SummaryWriter(Path.Combine(LogDir, "train"));
        try
        {
            if (progress.Measured.HasValidation) validation = new SummaryWriter(Path.Combine(LogDir, "validation"));
            if (writeGraph) train.Graph(progress.Model);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void OnBatchEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (UpdateFrequency == 0 || progress.Batch % UpdateFrequency != 0) return;
        var step = ((progress.Epoch - 1L) * progress.Batches) + progress.Batch;
        Writer.Scalar("batch_loss", progress.Loss, step);
        foreach (var metric in progress.Metrics) Writer.Scalar($"batch_{metric.Name}", metric.Value, step);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var step = progress.Epoch - 1;
        foreach (var name in progress.History.Names)
        {
            var isValidation = name.StartsWith(ValidationPrefix, StringComparison.Ordinal);
            (isValidation ? validation! : Writer).Scalar($"epoch_{(isValidation ? name[ValidationPrefix.Length..] : name)}", progress.History[name][^1], step);
        }

        Writer.Scalar("epoch_learning_rate", progress.Model.Optimizer!.LearningRate, step);
        if (HistogramFrequency == 0 || progress.Epoch % HistogramFrequency != 0) return;
        foreach (var layer in progress.Model.Leaves)
        {
            foreach (var weight in layer.OwnWeights) Writer.Histogram($"{layer.Name}/{weight.Name}/histogram", weight.Values, step);
        }
    }

    /// <inheritdoc/>
    public override void OnTrainingEnd(TrainingProgress progress) => Dispose();

    /// <summary>Closes the files, as the end of training does.</summary>
    public void Dispose()
    {
        train?.Dispose();
        validation?.Dispose();
        (train, validation) = (null, null);
    }
}
