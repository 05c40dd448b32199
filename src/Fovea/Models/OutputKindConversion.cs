namespace Fovea;

/// <summary>Outputs of a model as probabilities of classes.</summary>
public static class OutputKindConversion
{
    /// <summary>
    /// The probability of each class. Probabilities stay as they are, those of several sigmoids too, which need not add up to 1; logits get a sigmoid
    /// where there is one, else a softmax; so do several values, whose shares these are and no probabilities. A single output is of class 1 of two.
    /// </summary>
    /// <param name="kind">What the outputs are: <see cref="Model.OutputKind"/>. The numbers do not tell.</param>
    /// <param name="outputs">What a model gives for one sample, one number or one for each class.</param>
    /// <param name="probabilities">Receives as many numbers, two for a single output.</param>
    /// <exception cref="ArgumentException">There are no outputs, or no room for the probabilities, or the kind is not defined.</exception>
    /// <exception cref="NotSupportedException">A single output is a value, which says nothing of classes.</exception>
    public static void ToProbabilities(this OutputKind kind, ReadOnlySpan<float> outputs, Span<double> probabilities)
    {
        if (outputs.IsEmpty) throw new ArgumentException("OutputKind: expected at least one output; received none.", nameof(outputs));
        if (probabilities.Length < Math.Max(2, outputs.Length))
            throw new ArgumentException(
                $"OutputKind: expected room for {Math.Max(2, outputs.Length)} probabilities; received {probabilities.Length}.", nameof(probabilities));
        if (!Enum.IsDefined(kind))
            throw new ArgumentOutOfRangeException(nameof(kind), $"OutputKind: expected Probabilities, Logits or Values; received {kind}.");
        if (outputs.Length == 1)
        {
            if (kind == OutputKind.Values)
                throw new NotSupportedException("OutputKind: a single output that is a value says nothing of classes; expected a probability or a logit.");
            var p = kind == OutputKind.Probabilities ? outputs[0] : 1 / (1 + Math.Exp(-outputs[0]));
            (probabilities[0], probabilities[1]) = (1 - p, p);
            return;
        }

        var highest = double.NegativeInfinity;
        foreach (var output in outputs) highest = Math.Max(highest, output);
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++) sum += probabilities[i] = kind == OutputKind.Probabilities ? outputs[i] : Math.Exp(outputs[i] - highest);
        if (kind == OutputKind.Probabilities) return;
        for (var i = 0; i < outputs.Length; i++) probabilities[i] /= sum;
    }

    /// <summary>The probability of each class, in an array of its own.</summary>
    /// <inheritdoc cref="ToProbabilities(OutputKind, ReadOnlySpan{float}, Span{double})"/>
    public static double[] ToProbabilities(this OutputKind kind, ReadOnlySpan<float> outputs)
    {
        var probabilities = new double[Math.Max(2, outputs.Length)];
        kind.ToProbabilities(outputs, probabilities);
        return probabilities;
    }
}
