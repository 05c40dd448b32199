namespace Fovea.Cli;

/// <summary>Chooses the loss and the accuracy of a model for classes.</summary>
internal static class Scoring
{
    /// <summary>
    /// Whether a loaded model is compiled for classes and accuracy, so that training can continue with the state of its optimizer.
    /// </summary>
    public static bool IsReady(Model model) => model.Loss?.Name is { } loss && (loss == LossFor(model, 0).Name || loss == LossFor(model, 1).Name)
        && model.Metrics.OfType<Accuracy>().Any(metric => metric.Threshold == AccuracyFor(model).Threshold);

    /// <summary>
    /// Compiles a model for classes: with the cross-entropy of the right class, or the binary one for a single output.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Its optimizer.</param>
    /// <param name="labelSmoothing">The share of the probability that is spread over all classes; above 0, targets of several outputs are one-hot.</param>
    public static void Compile(Model model, Optimizer optimizer, double labelSmoothing = 0) =>
        model.Compile(optimizer, LossFor(model, labelSmoothing), AccuracyFor(model));

    private static Loss LossFor(Model model, double smoothing) => model.OutputShape.Count == 1
        ? new BinaryCrossentropy { FromLogits = GivesLogits(model), LabelSmoothing = smoothing }
        : smoothing == 0 ? new SparseCategoricalCrossentropy { FromLogits = GivesLogits(model) }
        : new CategoricalCrossentropy { FromLogits = GivesLogits(model), LabelSmoothing = smoothing };

    /// <summary>The threshold of a single output is the probability 0.5, whose logit is 0.</summary>
    private static Accuracy AccuracyFor(Model model) => new() { Threshold = model.OutputShape.Count == 1 && GivesLogits(model) ? 0 : 0.5f };

    /// <summary>Values that are no probabilities, as after a relu, are treated as logits.</summary>
    private static bool GivesLogits(Model model) => model.OutputKind != OutputKind.Probabilities;
}
