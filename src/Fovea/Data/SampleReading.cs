using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Reads samples of a data set to their places in a batch, and refuses numbers that training cannot use. Several threads may read at once.</summary>
/// <param name="data">What to read.</param>
/// <param name="findFault">Says what is wrong with a target, or null.</param>
/// <param name="ignoredClass">A class number that the loss leaves out, whose positions weigh 0 and need no weight.</param>
internal sealed class SampleReading(Dataset data, Func<ReadOnlySpan<float>, string?>? findFault, int? ignoredClass)
{
    /// <summary>A place for the numbers of one sample where several tensors share them; a single tensor is read where it lies.</summary>
    public static float[]? RowOf(BatchTensor[] tensors) => tensors.Length == 1 ? null : new float[tensors.Sum(tensor => tensor[0].Length)];

    /// <param name="batch">Where to.</param>
    /// <param name="first">The place of the first sample.</param>
    /// <param name="samples">The numbers of the samples.</param>
    /// <param name="inputs">A place for the inputs of one sample, <see cref="RowOf"/>.</param>
    /// <param name="targets">A place for the targets of one sample.</param>
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
            if (inputs is not null) DealOut(inputs, batch.Inputs, place);
            if (targets is not null) DealOut(targets, batch.Targets, place);
            if (batch.SampleWeights is { } weights) ReadWeights(sample, target, weights[place]);
        }
    }

    private static void DealOut(ReadOnlySpan<float> row, BatchTensor[] tensors, int sample)
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

    /// <summary>Positions of the ignored class weigh 0; those who give weights see the class 0 there, since it has none.</summary>
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
