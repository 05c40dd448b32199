namespace Fovea.Cli;

/// <summary>What a task contributes to the C# program of a training (<see cref="PlanCode"/>).</summary>
/// <param name="Loss">The expression of the loss.</param>
/// <param name="TestLoss">The expression of the loss that is reported, without smoothing or weights.</param>
/// <param name="Metric">The expression of the metric.</param>
internal sealed record TaskCode(string Loss, string TestLoss, string Metric)
{
    /// <summary>The expression of the training data in the call of <c>Fit</c>, such as <c>train.OneHot(3)</c>.</summary>
    public string Training { get; init; } = "train";

    /// <summary>The expression of the validation data in the call of <c>Fit</c>.</summary>
    public string Validation { get; init; } = "validation";

    /// <summary>The variable of the network that is trained.</summary>
    public string Trained { get; init; } = "model";

    /// <summary>The statement that names the outputs of the network.</summary>
    public string Names { get; init; } = "model.ClassNames = train.ClassNames;";

    /// <summary>Statements after the compilation that make the variable <c>model</c> of the trained network; empty if it is the network.</summary>
    public string Whole { get; init; } = "";

    /// <summary>The expression that is printed at the end; null for the loss and the metric of the test data.</summary>
    public string? Result { get; init; }

    /// <summary>A comment on the targets; empty for none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The name in the history of the value whose best epoch is kept.</summary>
    public string Monitored { get; init; } = "val_loss";

    /// <summary>Statements after the training; empty for none.</summary>
    public string Ending { get; init; } = "";
}
