namespace Fovea;

/// <summary>Computes the features that a pretrained network extracts from a data set, once, to train a small network on them.</summary>
public static class FeatureExtraction
{
    /// <summary>
    /// Computes a model's outputs for a whole data set. Targets, weights and class names are kept, also those of several targets. Samples are read in advance
    /// on other threads. Several threads may call it at once and predict at the same time, but not while another thread trains the model.
    /// </summary>
    /// <remarks>
    /// With a <see cref="Model.Distribution"/> every process makes this call, with the same data. Each computes a part of the batches, and all receive all
    /// features. A stream is computed by each process for itself.
    /// </remarks>
    /// <param name="model">The network, of one or several inputs and outputs; it runs in inference.</param>
    /// <param name="data">The samples. A stream is read to its end.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>A data set in memory with the model's outputs as inputs: one input for each output.</returns>
    /// <exception cref="ShapeException">The samples do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">
    /// A sample cannot be read or is not finite, or the images were read with another preprocessing than <see cref="Model.ImageInput"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    public static ArrayDataset ExtractFeatures(
        this Model model, Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        WeightLock.Claim? claim = null;
        try
        {
            DatasetPass pass = null!;
            model.BeginPass(data, () =>
            {
                pass = new DatasetPass(model, data, batchSize, keepsTargets: true);
                claim = model.Begin(WeightUse.Evaluation, nameof(ExtractFeatures));
            });
            pass.Run(verbose, progress, cancellationToken);
            return new ArrayDataset(
                Joined(pass.Outputs), SeveralTensors.RowShape([.. pass.OutputShapes]), Joined(pass.Targets), data.TargetShape, data.ClassNames)
            {
                InputParts = [.. pass.OutputShapes],
                TargetParts = data.TargetShapes,
                SampleWeights = pass.Weights?.Values,
                WeightSource = data.IsWeighted && pass.Weights is null ? data : null,
            };
        }
        finally
        {
            claim?.Dispose();
            data.Close();
        }
    }

    /// <summary>The values sample after sample: of several tensors, those of a sample follow each other.</summary>
    private static float[] Joined(ValueRows[] tensors)
    {
        if (tensors is [var only]) return only.Values;
        var length = tensors.Sum(tensor => tensor.Length);
        var values = new float[tensors[0].Count * length];
        var from = 0;
        foreach (var tensor in tensors)
        {
            for (var sample = 0; sample < tensor.Count; sample++)
                tensor.Values.AsSpan(sample * tensor.Length, tensor.Length).CopyTo(values.AsSpan((sample * length) + from));
            from += tensor.Length;
        }

        return values;
    }
}
