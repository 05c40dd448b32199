namespace Fovea.Cli;

/// <summary>How models are scored against class numbers, whoever trained them.</summary>
internal static class Scoring
{
    /// <summary>
    /// Whether a loaded model can go on training on class numbers and show its accuracy as it is, its optimizer's state kept.
    /// </summary>
    public static bool IsReady(Model model) => model.Loss?.Name == LossFor(model).Name
        && model.Metrics.OfType<Accuracy>().Any(metric => metric.Threshold == AccuracyFor(model).Threshold);

    /// <summary>
    /// Compiles a model for class numbers: several outputs with the cross-entropy of the right class, a single one with that of class 1.
    /// </summary>
    public static void Compile(Model model, Optimizer optimizer) => model.Compile(optimizer, LossFor(model), AccuracyFor(model));

    private static Loss LossFor(Model model) => model.OutputShape.Count == 1
        ? new BinaryCrossentropy { FromLogits = GivesLogits(model) }
        : new SparseCategoricalCrossentropy { FromLogits = GivesLogits(model) };

    /// <summary>A single output is right on the target's side of one half, or of the logit of one half, which is 0.</summary>
    private static Accuracy AccuracyFor(Model model) => new() { Threshold = model.OutputShape.Count == 1 && GivesLogits(model) ? 0 : 0.5f };

    /// <summary>Values, as behind a relu, are scores as logits are: the greatest wins.</summary>
    private static bool GivesLogits(Model model) => model.OutputKind != OutputKind.Probabilities;
}
