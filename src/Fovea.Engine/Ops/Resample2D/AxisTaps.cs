namespace Fovea.Engine.Ops;

/// <summary>A sparse matrix: each row, an output, has a run of adjacent elements, the weights of the inputs it reads.</summary>
internal sealed class AxisTaps
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

    /// <summary>The first input that an output reads, and the weights from there on; empty if it reads nothing.</summary>
    public (int First, double[] Weights) this[int output] => outputs[output];

    /// <summary>The transposed matrix: the outputs that read each input. They are adjacent, since runs move forward with the outputs.</summary>
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
