using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Reads samples of a data set into a batch, and refuses values that training cannot use. Several threads may read at once.</summary>
/// <param name="data">The data set to read.</param>
/// <param name="checks">The conditions for samples.</param>
internal sealed class SampleReading(Dataset data, SampleChecks checks)
{
    /// <summary>A buffer for the values of one sample of several tensors; null for a single tensor, which is read in place.</summary>
    public static float[]? RowOf(BatchTensor[] tensors) => tensors.Length == 1 ? null : new float[tensors.Sum(tensor => tensor[0].Length)];

    /// <param name="batch">The batch to fill.</param>
    /// <param name="first">The index of the first sample in the batch.</param>
    /// <param name="samples">The indices of the samples in the data set.</param>
    /// <param name="inputs">A buffer for the inputs of one sample, <see cref="RowOf"/>.</param>
    /// <param name="targets">A buffer for the targets of one sample.</param>
    /// <exception cref="InvalidDataException">A sample cannot be used.</exception>
    public void Read(BatchBuffer batch, int first, ReadOnlySpan<int> samples, float[]? inputs, float[]? targets)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var (sample, place) = (samples[i], first + i);
            var input = inputs ?? batch.Inputs[0][place];
            var target = targets ?? batch.Targets[0][place];
            data.Read(sample, input, target);
            Check(sample, input, target);
            if (inputs is not null) Distribute(inputs, batch.Inputs, place);
            if (targets is not null) Distribute(targets, batch.Targets, place);
            if (batch.SampleWeights is { } weights) ReadWeights(sample, target, weights[place]);
        }
    }

    /// <summary>Copies a sample of a stream to its place in a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="place">The index of the sample in the batch.</param>
    /// <param name="number">The number of the sample in the stream, from 0.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="InvalidDataException">The sample cannot be used.</exception>
    public void Copy(BatchBuffer batch, int place, int number, Sample sample)
    {
        for (var i = 0; i < batch.Inputs.Length; i++) sample.Inputs[i].Values.CopyTo(batch.Inputs[i][place]);
        for (var i = 0; i < batch.Targets.Length; i++) sample.Targets[i].Values.CopyTo(batch.Targets[i][place]);
        float[] inputs = Row(sample.Inputs), targets = Row(sample.Targets);
        Check(number, inputs, targets);
        if (batch.SampleWeights is not { } tensor) return;
        var weights = tensor[place];
        SampleForm.CopyWeights(sample, weights, number);
        if (checks.IgnoredClass is { } ignored && targets.Length == weights.Length) IgnoreClass(targets, weights, ignored);
        CheckWeights(number, weights);
    }

    private static float[] Row(IReadOnlyList<Tensor> tensors)
    {
        if (tensors is [var only]) return only.Values;
        var row = new float[tensors.Sum(tensor => tensor.Values.Length)];
        SeveralTensors.Join(tensors, row);
        return row;
    }

    private void Check(int sample, ReadOnlySpan<float> input, ReadOnlySpan<float> target)
    {
        if (!TensorPrimitives.IsFiniteAll(input)) throw NotFinite(sample, input);
        if (checks.AllowsAnyTarget) return;
        if (checks.FindFault?.Invoke(target) is { } fault) throw new InvalidDataException($"{data.NameOf(sample)}: {fault}.");
        if (!TensorPrimitives.IsFiniteAll(target))
            throw new InvalidDataException($"{data.NameOf(sample)}: expected a finite target; received {target[IndexOfNotFinite(target)]}.");
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
        if (checks.IgnoredClass is { } ignored && target.Length == weights.Length && target.Contains(ignored))
            ReadCountedWeights(sample, target, weights, ignored);
        else if (weights.Length == 1) weights[0] = data.Weight(sample, target);
        else data.Weights(sample, target, weights);
        CheckWeights(sample, weights);
    }

    private void CheckWeights(int sample, ReadOnlySpan<float> weights)
    {
        foreach (var weight in weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
                throw new InvalidDataException($"{data.NameOf(sample)}: expected a finite weight of at least 0; received {weight}.");
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
        IgnoreClass(target, weights, ignored);
    }

    private static void IgnoreClass(ReadOnlySpan<float> target, Span<float> weights, float ignored)
    {
        for (var i = 0; i < target.Length; i++)
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

        return new InvalidDataException($"{data.NameOf(sample)}: expected finite numbers; received {input[position]} at ({string.Join(", ", indices)}).");
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        var position = 0;
        while (float.IsFinite(values[position])) position++;
        return position;
    }
}
