namespace Fovea.Cli;

/// <summary>How models are scored against class numbers, whoever trained them.</summary>
internal static class Scoring
{
    /// <summary>
    /// Whether a loaded model can go on training on class numbers and show its accuracy as it is, its optimizer's state kept.
    /// </summary>
    public static bool IsReady(Model model) => model.Trainer is { Loss: SparseCategoricalCrossentropy } trainer
        && trainer.Metrics.Any(metric => metric.Name == "accuracy");

    /// <summary>Compiles a model for class numbers: the cross-entropy is the same as with one-hot targets.</summary>
    public static void Compile(Model model, float learningRate) => model.Compile(new RmsProp(learningRate), LossFor(model), Metric.Accuracy);

    /// <summary>The probabilities of the classes: a single output is that of class 1, outputs without a softmax get one.</summary>
    public static double[] Probabilities(ReadOnlySpan<float> outputs)
    {
        if (outputs.Length == 1)
        {
            var p = outputs[0] is >= 0 and <= 1 ? outputs[0] : 1 / (1 + Math.Exp(-outputs[0]));
            return [1 - p, p];
        }

        var values = new double[outputs.Length];
        for (var i = 0; i < values.Length; i++) values[i] = outputs[i];
        if (values.All(value => value >= 0) && Math.Abs(values.Sum() - 1) < 1e-3) return values;
        var highest = values.Max();
        var powers = Array.ConvertAll(values, value => Math.Exp(value - highest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private static SparseCategoricalCrossentropy LossFor(Model model)
    {
        var fromLogits = model.Loss?.FromLogits ?? (model.Layers[^1] is Dense { Activation: var activation } && activation == Activation.Linear);
        return new SparseCategoricalCrossentropy { FromLogits = fromLogits };
    }
}
