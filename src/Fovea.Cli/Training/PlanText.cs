using System.Globalization;

namespace Fovea.Cli;

/// <summary>Describes a plan for people.</summary>
internal static class PlanText
{
    /// <summary>The optimizer and its learning rate: <c>adamw, one cycle to 0.003, weight decay 0.05</c>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="optimizer">The optimizer of the compiled model.</param>
    public static string Optimizer(TrainingPlan plan, Optimizer optimizer)
    {
        var rate = plan.IsOneCycle
            ? $"one cycle to {Print(plan.HighestRate(optimizer))}"
            : $"learning rate {optimizer.LearningRate.ToString(CultureInfo.InvariantCulture)}";
        var text = $"{optimizer.GetType().Name.ToLowerInvariant()}, {rate}";
        if (plan.WeightDecay > 0) text += $", weight decay {Print(plan.WeightDecay)}";
        if (plan.LabelSmoothing > 0) text += $", label smoothing {Print(plan.LabelSmoothing)}";
        if (plan.Averaging > 0) text += $", averages of the weights ({Print(plan.Averaging)})";
        return text;
    }

    /// <summary>The network, its images and the epochs of a plan that was sized to the data.</summary>
    public static string Choice(TrainingPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Network}{Images(plan)}, {plan.Epochs} epochs, "
            + $"recipe {plan.Recipe.ToString().ToLowerInvariant()}{Flips(plan)}");

    /// <summary>The size of the images, where the plan decides it.</summary>
    private static string Images(TrainingPlan plan) => plan.InputShape is not { } shape ? "" : string.Create(
        CultureInfo.InvariantCulture, $" on {shape[0]} × {shape[1]} {(shape[2] == 1 ? "grey" : "color")} pixels{Sizes(plan)}");

    /// <summary>The sizes of training images, where they are others.</summary>
    private static string Sizes(TrainingPlan plan)
    {
        var stages = ImageStage.Of(plan);
        List<string> notes = [];
        if (plan.Oversize != 1)
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"parts of {Math.Round(plan.Oversize * plan.InputShape![0])} × {Math.Round(plan.Oversize * plan.InputShape[1])}"));
        if (stages.Count > 1 || (stages[0].Size is { } only && !IsInput(only)))
        {
            var early = stages.SkipLast(1).Select((stage, i) => string.Create(
                CultureInfo.InvariantCulture, $"{Print(stage.Size!.Value)} to epoch {stages[i + 1].Epoch - 1}"));
            notes.Add($"trained on {string.Join(", ", [.. early, (stages.Count > 1 ? "then on " : "") + Print(stages[^1].Size!.Value)])}");
        }

        return notes.Count == 0 ? "" : $" ({string.Join("; ", notes)})";

        bool IsInput(Size2D size) => size.Height == plan.InputShape![0] && size.Width == plan.InputShape[1];
    }

    private static string Flips(TrainingPlan plan) => (plan.Recipe, plan.Flip) switch
    {
        (AugmentationRecipe.Plain, _) => "",
        (AugmentationRecipe.Gentle, FlipChoice.None) => " without flips, rotations and other sizes",
        (_, FlipChoice.None) => " without flips",
        (_, FlipChoice.Horizontal) => " with horizontal flips",
        _ => " with horizontal and vertical flips",
    };

    private static string Print(Size2D size) => string.Create(CultureInfo.InvariantCulture, $"{size.Height} × {size.Width}");

    private static string Print(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
