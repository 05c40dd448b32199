using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Reads samples of a data set into a batch, and refuses values that training cannot use. Several threads may read at once.</summary>
/// <param name="data">The data set to read.</param>
/// <param name="findFault">Returns what is wrong with a target, or null.</param>
/// <param name="ignoredClass">A class number that the loss ignores; its positions have the weight 0.</param>
internal sealed class SampleReading(Dataset data, Func<ReadOnlySpan<float>, string?>? findFault, int? ignoredClass)
{
    /// <summary>A buffer for the values of one sample of several tensors; null for a single tensor, which is read in place.</summary>
    public static float[]? RowOf(BatchTensor[] tensors) => tensors.Length == 1 ? null : new float[tensors.Sum(tensor => tensor[0].Length)];

    /// <param name="batch">The batch to fill.</param>
    /// <param name="first">The index of the first sample in the batch.</param>
    /// <param name="samples">The indices of the samples in the data set.</param>
    /// <param name="inputs">A buffer for the inputs of one sample, <see cref="RowOf"/>.</param>
    /// <param name="targets">A buffer for the targets of one sample.</param>
    /// <exception cref="InvalidDataException">A sample cannot be used.</exception>
    public void Read(Batch batch, int first, ReadOnlySpan<int> samples, float[]? inputs, float[]? targets)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var (sample, place) = (samples[i], first + i);
            var input = inputs ?? batch.Inputs[0][place];
            var target = targets ?? batch.Targets[0][place];
            data.Read(sample, input, target);
            if (!TensorPrimitives.IsFiniteAll<float>(input)) throw NotFinite(sample, input);
            if (findFault?.Invoke(target) is { } fault) throw new InvalidDataException($"Sample {sample}: {fault}.");
            if (!TensorPrimitives.IsFiniteAll<float>(target))
                throw new InvalidDataException($"Sample {sample}: expected a finite target; received {target[IndexOfNotFinite(target)]}.");
            if (inputs is not null) Distribute(inputs, batch.Inputs, place);
            if (targets is not null) Distribute(targets, batch.Targets, place);
            if (batch.SampleWeights is { } weights) ReadWeights(sample, target, weights[place]);
        }
    }

    private static void Distribute(ReadOnlySpan<float> row, BatchTensor[] tensors, int sample)
    {
        foreach (var tensor in tensors)
        {
            var place = tensor[sample];
            row[..place.Length].CopyTo(place);
            row = row[place.Length..];
        }
    }

    private void ReadWeights(int sample, ReadOnlySpan<float> target, Span<float> weights)
    {
        if (ignoredClass is { } ignored && target.Length == weights.Length && target.Contains(ignored)) ReadCountedWeights(sample, target, weights, ignored);
        else if (weights.Length == 1) weights[0] = data.Weight(sample, target);
        else data.Weights(sample, target, weights);
        foreach (var weight in weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw new InvalidDataException($"Sample {sample}: expected a finite weight of at least 0; received {weight}.");
        }
    }

    /// <summary>
    /// Positions of the ignored class have the weight 0. The functions that determine weights see class 0 there, because the ignored class has none.
    /// </summary>
    private void ReadCountedWeights(int sample, ReadOnlySpan<float> target, Span<float> weights, float ignored)
    {
        var counted = target.ToArray();
        counted.AsSpan().Replace(ignored, 0);
        data.Weights(sample, counted, weights);
        for (var i = 0; i < weights.Length; i++)
        {
            if (target[i] == ignored) weights[i] = 0;
        }
    }

    private InvalidDataException NotFinite(int sample, ReadOnlySpan<float> input)
    {
        var position = IndexOfNotFinite(input);
        var indices = new int[data.InputShape.Rank];
        var rest = position;
        for (var axis = indices.Length - 1; axis >= 0; axis--)
        {
            indices[axis] = rest % data.InputShape[axis];
            rest /= data.InputShape[axis];
        }

        return new InvalidDataException($"Sample {sample}: expected finite numbers; received {input[position]} at ({string.Join(", ", indices)}).");
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        var position = 0;
        while (float.IsFinite(values[position])) position++;
        return position;
    }
}
