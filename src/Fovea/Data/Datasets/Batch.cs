namespace Fovea;

/// <summary>
/// Some samples of a data set, as one tensor for each input and each target, whose first dimension is the samples.
/// <c>foreach (var (x, y) in data.Batches(32))</c> takes the only input and the only target. The tensors belong to the caller.
/// </summary>
/// <param name="Inputs">A tensor for each input: (samples, height, width, channels) for images.</param>
/// <param name="Targets">A tensor for each target: (samples) for class numbers.</param>
/// <param name="SampleWeights">
/// The weight of each sample, (samples), or of each position of its output, (samples, positions); null if the data set has no weights. Give it to
/// <see cref="Model.TrainOnBatch(Tensor, Tensor, Tensor?)"/>.
/// </param>
public sealed record Batch(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Targets, Tensor? SampleWeights = null)
{
    /// <summary>The number of samples.</summary>
    public int Count => Inputs[0].Shape[0];

    /// <summary>The only input.</summary>
    /// <exception cref="InvalidOperationException">The batch has several inputs.</exception>
    public Tensor Input => SeveralTensors.Only(Inputs, nameof(Batch), nameof(Inputs));

    /// <summary>The only target.</summary>
    /// <exception cref="InvalidOperationException">The batch has several targets.</exception>
    public Tensor Target => SeveralTensors.Only(Targets, nameof(Batch), nameof(Targets));

    /// <summary>The number of samples and the shapes: <c>32 samples: input (32, 28, 28, 1), target (32)</c>.</summary>
    public override string ToString() => DatasetText.Of(this);

    /// <summary>Takes the only input and the only target.</summary>
    /// <exception cref="InvalidOperationException">The batch has several inputs or several targets.</exception>
    public void Deconstruct(out Tensor input, out Tensor target) => (input, target) = (Input, Target);
}
