namespace Fovea.Engine.Ops;

/// <summary>A sparse matrix with a row for each output: the contiguous inputs that the output reads, and their weights.</summary>
internal sealed class AxisTaps : IEquatable<AxisTaps>
{
    private readonly (int First, double[] Weights)[] outputs;

    public AxisTaps(int inputs, (int First, double[] Weights)[] outputs)
    {
        this.outputs = outputs;
        Inputs = inputs;
        MaxLength = outputs.Max(output => output.Weights.Length);
    }

    public int Inputs { get; }

    public int Outputs => outputs.Length;

    /// <summary>The largest number of inputs that an output reads.</summary>
    public int MaxLength { get; }

    /// <summary>The first input that an output reads, and the weights from there on, which are empty if it reads no input.</summary>
    public (int First, double[] Weights) this[int output] => outputs[output];

    /// <summary>Whether two matrices have the same weights.</summary>
    public bool Equals(AxisTaps? other) => other is not null && Inputs == other.Inputs && Outputs == other.Outputs
        && outputs.Zip(other.outputs).All(pair => pair.First.First == pair.Second.First && pair.First.Weights.AsSpan().SequenceEqual(pair.Second.Weights));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AxisTaps);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Inputs, Outputs, outputs[0].First, outputs[^1].First);

    /// <summary>
    /// The transposed matrix: for each input, the outputs from the first that reads it to the last. An output between these that does not read it has the
    /// weight 0.
    /// </summary>
    public AxisTaps Transposed()
    {
        var (first, weights) = (new int[Inputs], Enumerable.Range(0, Inputs).Select(_ => new List<double>()).ToArray());
        for (var output = 0; output < Outputs; output++)
        {
            for (var t = 0; t < outputs[output].Weights.Length; t++)
            {
                var input = outputs[output].First + t;
                if (weights[input].Count == 0) first[input] = output;
                while (first[input] + weights[input].Count < output) weights[input].Add(0);
                weights[input].Add(outputs[output].Weights[t]);
            }
        }

        return new AxisTaps(Outputs, [.. Enumerable.Range(0, Inputs).Select(input => (first[input], weights[input].ToArray()))]);
    }
}
