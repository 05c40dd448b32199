namespace Fovea.Cli;

/// <summary>Chooses the loss and the accuracy of a model for class numbers.</summary>
internal static class Scoring
{
    /// <summary>
    /// Whether a loaded model is compiled for class numbers and accuracy, so that training can continue with the state of its optimizer.
    /// </summary>
    public static bool IsReady(Model model) => model.Loss?.Name == LossFor(model).Name
        && model.Metrics.OfType<Accuracy>().Any(metric => metric.Threshold == AccuracyFor(model).Threshold);

    /// <summary>
    /// Compiles a model for class numbers: with the cross-entropy of the right class, or the binary one for a single output.
    /// </summary>
    public static void Compile(Model model, Optimizer optimizer) => model.Compile(optimizer, LossFor(model), AccuracyFor(model));

    private static Loss LossFor(Model model) => model.OutputShape.Count == 1
        ? new BinaryCrossentropy { FromLogits = GivesLogits(model) }
        : new SparseCategoricalCrossentropy { FromLogits = GivesLogits(model) };

    /// <summary>The threshold of a single output is the probability 0.5, whose logit is 0.</summary>
    private static Accuracy AccuracyFor(Model model) => new() { Threshold = model.OutputShape.Count == 1 && GivesLogits(model) ? 0 : 0.5f };

    /// <summary>Values that are no probabilities, as after a relu, are treated as logits.</summary>
    private static bool GivesLogits(Model model) => model.OutputKind != OutputKind.Probabilities;
}
