namespace Fovea.Cli;

/// <summary>
/// Everything that decides what a training does with its data: the same plan, data and seed give bit-identical weights. <see cref="PlanDecision"/> decides
/// it, before the data are read.
/// </summary>
internal sealed record TrainingPlan
{
    /// <summary>The name of the network, or a file: the model to continue with, or the base of a new one.</summary>
    public required string Network { get; init; }

    /// <summary>Whether <see cref="Network"/> is a pretrained network that receives a new head.</summary>
    public bool IsTransfer { get; init; }

    /// <summary>The name of the optimizer; null for that of the model file, if it has one.</summary>
    public string? Optimizer { get; init; }

    /// <summary>The learning rate; null for that of the model file, or the default of the optimizer.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The number of passes over the training data.</summary>
    public required int Epochs { get; init; }

    /// <summary>The number of epochs without a lower validation loss that end the training; null for none.</summary>
    public int? Patience { get; init; }

    /// <summary>The number of samples in a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How strongly training images are varied at random.</summary>
    public AugmentationRecipe Recipe { get; init; }

    /// <summary>Whether the model of the best epoch is kept, rather than that of the last.</summary>
    public bool KeepsBest { get; init; }

    /// <summary>The seed of all random numbers.</summary>
    public int Seed { get; init; }

    /// <summary>The layers that vary training images at random.</summary>
    public IReadOnlyList<Layer> Augmentation() => Recipe.Layers();

    /// <summary>Creates the optimizer.</summary>
    /// <param name="factor">A factor of the learning rate.</param>
    public Optimizer CreateOptimizer(double factor = 1)
    {
        var optimizer = Fovea.Optimizer.FromName(Optimizer ?? PlanDecision.DefaultOptimizer, LearningRate is { } rate ? (LearningRateSchedule)rate : null);
        optimizer.LearningRate = (float)Math.Round((float)optimizer.LearningRate * factor, 10);
        return optimizer;
    }
}
