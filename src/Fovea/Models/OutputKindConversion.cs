namespace Fovea;

/// <summary>Converts outputs of a model to probabilities of classes.</summary>
public static class OutputKindConversion
{
    /// <summary>
    /// Gives the probability of each class. Probabilities stay as they are, also those of several sigmoids, whose sum need not be 1. Logits are put through a
    /// softmax, a single one through a sigmoid. Several values are put through a softmax too, which gives their shares rather than probabilities. A single
    /// output is that of class 1 of two classes.
    /// </summary>
    /// <param name="kind">The kind of the outputs, <see cref="Model.OutputKind"/>; it cannot be told from their values.</param>
    /// <param name="outputs">The output of a model for one sample: a single value, or one for each class.</param>
    /// <param name="probabilities">Receives as many values, two for a single output.</param>
    /// <exception cref="ArgumentException">There are no outputs, the span for the probabilities is too short, or the kind is not defined.</exception>
    /// <exception cref="NotSupportedException">The only output is of the kind <see cref="OutputKind.Values"/>, which does not belong to a class.</exception>
    public static void ToProbabilities(this OutputKind kind, ReadOnlySpan<float> outputs, Span<double> probabilities)
    {
        if (outputs.IsEmpty) throw new ArgumentException("OutputKind: expected at least one output; received none.", nameof(outputs));
        if (probabilities.Length < ClassCount(outputs.Length))
            throw new ArgumentException(
                $"OutputKind: expected room for {ClassCount(outputs.Length)} probabilities; received {probabilities.Length}.", nameof(probabilities));
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

    /// <summary>The number of classes: one for each output, or two for a single one, which is the score of class 1.</summary>
    internal static int ClassCount(int outputs) => Math.Max(2, outputs);

    /// <summary>Gives the probability of each class in a new array.</summary>
    /// <inheritdoc cref="ToProbabilities(OutputKind, ReadOnlySpan{float}, Span{double})"/>
    public static double[] ToProbabilities(this OutputKind kind, ReadOnlySpan<float> outputs)
    {
        var probabilities = new double[ClassCount(outputs.Length)];
        kind.ToProbabilities(outputs, probabilities);
        return probabilities;
    }
}
