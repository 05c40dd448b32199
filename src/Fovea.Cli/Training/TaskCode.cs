namespace Fovea.Cli;

/// <summary>What a task contributes to the C# program of a training (<see cref="PlanCode"/>).</summary>
/// <param name="Loss">The expression of the loss.</param>
/// <param name="TestLoss">The expression of the loss that is reported, without smoothing or weights.</param>
/// <param name="Metric">The expression of the metric.</param>
internal sealed record TaskCode(string Loss, string TestLoss, string Metric)
{
    /// <summary>What follows the training data in the call of <c>Fit</c>, such as <c>.OneHot(3)</c>.</summary>
    public string OfTraining { get; init; } = "";

    /// <summary>What follows the validation data in the call of <c>Fit</c>.</summary>
    public string OfValidation { get; init; } = "";

    /// <summary>A comment on the targets; empty for none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The name in the history of the value whose best epoch is kept.</summary>
    public string Monitored { get; init; } = "val_loss";

    /// <summary>Statements after the training; empty for none.</summary>
    public string Ending { get; init; } = "";
}
