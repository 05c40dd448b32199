namespace Fovea;

/// <summary>
/// Logs training for TensorBoard, as <c>keras.callbacks.TensorBoard</c> does: the losses and metrics of each epoch, in the folders <c>train</c> and
/// <c>validation</c> (<c>epoch_loss</c>, <c>epoch_accuracy</c>, …, <c>epoch_learning_rate</c>), and optionally those of batches, histograms of the weights and
/// the graph. Of several processes the first writes the files.
/// </summary>
/// <param name="logDir">The folder of the run: <c>logs/first</c>, shown by <c>tensorboard --logdir logs</c>.</param>
/// <param name="histogramFrequency">The number of epochs between histograms of the weights; 0 for none.</param>
/// <param name="writeGraph">Whether the graph of the model is written.</param>
/// <param name="updateFrequency">The number of batches between reports of the loss and the metrics within an epoch; 0 for reports of epochs alone.</param>
public sealed class TensorBoard(string logDir, int histogramFrequency = 0, bool writeGraph = true, int updateFrequency = 0) : Callback, IDisposable
{
    private const string ValidationPrefix = "val_";
    private SummaryWriter? train;
    private SummaryWriter? validation;

    /// <summary>Gets the folder of the run.</summary>
    public string LogDir { get; } = logDir.NotEmpty(nameof(TensorBoard), nameof(logDir), "a folder");

    /// <summary>Gets the number of epochs between histograms of the weights; 0 for none.</summary>
    public int HistogramFrequency { get; } = histogramFrequency.AtLeast(0, nameof(TensorBoard), nameof(histogramFrequency));

    /// <summary>Gets the number of batches between reports of the loss and the metrics within an epoch; 0 for reports of epochs alone.</summary>
    public int UpdateFrequency { get; } = updateFrequency.AtLeast(0, nameof(TensorBoard), nameof(updateFrequency));

    /// <summary>
    /// Gets a writer for more data of the run, such as images. It is available during training. In a process other than the first it writes nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no training in progress.</exception>
    public SummaryWriter Writer => train ?? throw new InvalidOperationException("TensorBoard: the writer is available during training only.");

    internal override bool ActsOnBatches => UpdateFrequency > 0;

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Dispose();
        train = Create("train");
        try
        {
            if (progress.Measured.HasValidation) validation = Create("validation");
            if (writeGraph) train.Graph(progress.Model);
        }
        catch
        {
            Dispose();
            throw;
        }

        SummaryWriter Create(string part) => progress.IsFirstProcess ? new SummaryWriter(Path.Combine(LogDir, part)) : SummaryWriter.OfNothing();
    }

    /// <inheritdoc/>
    public override void OnBatchEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (UpdateFrequency == 0 || progress.Batch % UpdateFrequency != 0) return;
        var step = ((progress.Epoch - 1L) * (progress.Batches ?? 0)) + progress.Batch;
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
