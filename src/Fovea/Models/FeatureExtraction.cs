namespace Fovea;

/// <summary>Feature extraction: what a pretrained network makes of images, computed once and for all to train a small network on.</summary>
public static class FeatureExtraction
{
    /// <summary>
    /// Computes a model's outputs for a whole data set; targets, sample weights and the names of the classes stay. Images are read ahead on other threads. Any threads may
    /// call it at once, beside predictions, but not while another thread trains the model.
    /// </summary>
    /// <param name="model">The network; it runs as in inference.</param>
    /// <param name="data">The images.</param>
    /// <param name="batchSize">How many samples are computed together.</param>
    /// <param name="progress">Is told after each batch how many samples are done.</param>
    /// <param name="cancellation">Stops after the present batch.</param>
    /// <returns>A data set in memory of as many samples, its inputs the model's outputs.</returns>
    /// <exception cref="ShapeException">The images do not have the model's shape.</exception>
    /// <exception cref="TrainingException">A sample cannot be read or is not finite.</exception>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    public static Dataset ExtractFeatures(
        this Model model, Dataset data, int batchSize = 32, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (data.InputShape != model.InputShape)
            throw new ShapeException(model.Subject, $"expected inputs {model.Input}; the data set has {SymbolicTensor.Print(data.InputShape)}.");
        using var claim = model.Begin(WeightUse.Evaluation, nameof(ExtractFeatures));
        var extracted = new Features(data, model.OutputShape);
        var done = 0;
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, data.Count)], batchSize);
        while (reader.Next() is { } batch)
        {
            model.Prediction.Run(batch.Inputs[0].Values, extracted.Inputs(done, batch.Count), batch.Count, cancellation);
            extracted.Add(done, batch);
            done += batch.Count;
            progress?.Report(done);
        }

        return extracted;
    }

    /// <summary>All that a data set has, but for the inputs.</summary>
    private sealed class Features(Dataset data, Shape shape) : Dataset
    {
        private readonly float[] inputs = new float[data.Count * shape.Count];
        private readonly float[][] targets = [.. data.TargetShapes.Select(target => new float[data.Count * target.Count])];
        private readonly float[] weights = data.IsWeighted ? new float[data.Count] : [];

        public override int Count => data.Count;

        public override Shape InputShape => shape;

        public override Shape TargetShape { get; } = data.TargetShape;

        public override IReadOnlyList<Shape> TargetShapes { get; } = data.TargetShapes;

        public override IReadOnlyList<string> ClassNames { get; } = data.ClassNames;

        public override bool IsWeighted { get; } = data.IsWeighted;

        public Span<float> Inputs(int first, int count) => inputs.AsSpan(first * shape.Count, count * shape.Count);

        public void Add(int first, Batch batch)
        {
            for (var i = 0; i < targets.Length; i++) batch.Targets[i].Values.CopyTo(targets[i].AsSpan(first * TargetShapes[i].Count));
            batch.SampleWeights?.Values.CopyTo(weights.AsSpan(first));
        }

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            inputs.AsSpan(index * shape.Count, shape.Count).CopyTo(input);
            for (var i = 0; i < targets.Length; i++)
            {
                var length = TargetShapes[i].Count;
                targets[i].AsSpan(index * length, length).CopyTo(target);
                target = target[length..];
            }
        }

        public override float Weight(int index, ReadOnlySpan<float> target) => IsWeighted ? weights[index] : 1;
    }
}
