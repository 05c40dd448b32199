namespace Fovea;

/// <summary>Computes the features that a pretrained network extracts from a data set, once, to train a small network on them.</summary>
public static class FeatureExtraction
{
    /// <summary>
    /// Computes a model's outputs for a whole data set. Targets, sample weights and class names are kept. Samples are read in advance on other threads. Several
    /// threads may call it at once and predict at the same time, but not while another thread trains the model.
    /// </summary>
    /// <param name="model">The network; it runs in inference.</param>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>A data set in memory with the model's outputs as inputs.</returns>
    /// <exception cref="ShapeException">The samples do not have the model's shape.</exception>
    /// <exception cref="TrainingException">A sample cannot be read or is not finite.</exception>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    public static ArrayDataset ExtractFeatures(
        this Model model, Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var size = model.BatchSizeOr(batchSize);
        if (data.InputShape != model.InputShape)
            throw new ShapeException(model.Subject, $"expected inputs {model.Input}; the data set has {SymbolicTensor.Print(data.InputShape)}.");
        using var claim = model.Begin(WeightUse.Evaluation, nameof(ExtractFeatures));
        var features = new float[data.Count * model.OutputShape.Count];
        var targets = new float[data.Count * data.TargetShape.Count];
        var weights = data.IsWeighted && !data.IsWeightedByPosition ? new float[data.Count] : null;
        var done = 0;
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, data.Count)], size, weightCount: weights is null ? 0 : 1);
        using var steps = StepProgress.Begin(verbose, progress, data.Count, size);
        while (reader.Next() is { } batch)
        {
            model.Prediction.Run(
                batch.Inputs[0].Values, features.AsSpan(done * model.OutputShape.Count, batch.Count * model.OutputShape.Count), batch.Count, cancellationToken);
            for (var i = 0; i < batch.Count; i++) CopyTargets(batch, i, targets.AsSpan((done + i) * data.TargetShape.Count));
            batch.SampleWeights?.Values.CopyTo(weights.AsSpan(done));
            done += batch.Count;
            steps?.Add(batch.Count);
        }

        steps?.Finish();

        return new ArrayDataset(
            features, model.OutputShape, targets, data.TargetShape, data.ClassNames)
        {
            Parts = data.TargetShapes,
            SampleWeights = weights,
            WeightSource = data.IsWeightedByPosition ? data : null
        };
    }

    private static void CopyTargets(Batch batch, int sample, Span<float> row)
    {
        foreach (var target in batch.Targets)
        {
            target[sample].CopyTo(row);
            row = row[target[sample].Length..];
        }
    }
}
