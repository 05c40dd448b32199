namespace Fovea;

/// <summary>Feature extraction: what a pretrained network makes of images, computed once and for all to train a small network on.</summary>
public static class FeatureExtraction
{
    /// <summary>
    /// Computes a model's outputs for a whole data set; the targets stay. Images are read ahead on other threads. Any threads may call it at once, beside predictions.
    /// </summary>
    /// <param name="model">The network; it runs as in inference.</param>
    /// <param name="data">The images.</param>
    /// <param name="batchSize">How many samples are computed together.</param>
    /// <param name="progress">Is told after each batch how many samples are done.</param>
    /// <param name="cancellation">Stops after the present batch.</param>
    /// <returns>A data set in memory of as many samples, its inputs the model's outputs.</returns>
    /// <exception cref="ShapeException">The images do not have the model's shape.</exception>
    /// <exception cref="TrainingException">A sample cannot be read or is not finite.</exception>
    public static ArrayDataset ExtractFeatures(
        this Model model, Dataset data, int batchSize = 32, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (data.InputShape != model.InputShape)
            throw new ShapeException(model.Subject, $"expected inputs {model.Input}; the data set has {SymbolicTensor.Print(data.InputShape)}.");
        var features = new float[data.Count * model.OutputShape.Count];
        var targets = new float[data.Count * data.TargetShape.Count];
        var done = 0;
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, data.Count)], batchSize);
        while (reader.Next() is { } batch)
        {
            model.Prediction.Run(batch.Inputs[0].Values, features.AsSpan(done * model.OutputShape.Count), batch.Count, cancellation);
            batch.Targets[0].Values.CopyTo(targets.AsSpan(done * data.TargetShape.Count));
            done += batch.Count;
            progress?.Report(done);
        }

        return new ArrayDataset(features, model.OutputShape, targets, data.TargetShape, data.ClassNames);
    }
}
