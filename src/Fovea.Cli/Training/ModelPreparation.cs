using Spectre.Console;

namespace Fovea.Cli;

/// <summary>
/// Prepares the model of a training: a new network, one from a file, or a new head on a pretrained one, compiled and checked against the data.
/// </summary>
internal sealed class ModelPreparation(TrainRequest request, LearningTask task, TrainingPlan plan, CommandOutput output)
{
    private bool IsNew => plan.IsTransfer || Networks.IsNamed(plan.Network);

    /// <summary>Adds a new head to the pretrained network.</summary>
    /// <exception cref="CommandException">There is no such network, or it does not fit the data.</exception>
    public TransferNetwork PrepareTransfer()
    {
        var transfer = TransferNetwork.Create(request, plan, task.Head(plan.Network));
        if (transfer.Note is { } note) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        task.Compile(transfer.Whole, plan.CreateOptimizer(), plan);
        task.Compile(transfer.Head, plan.CreateOptimizer(), plan);
        return transfer;
    }

    /// <summary>Decides how images are read, and stores it in the model.</summary>
    public ImageInput SettleImageInput(Model model)
    {
        if (model.ImageInput is null && request.Images.Framing is null && task.Source is ImageSource images)
        {
            // Only classes named 0 to 9 are read as digits.
            var input = ImageSettings.Find(model) is var finding && images.AreDigits
                ? finding.Input
                : finding.Input with { Framing = ImageFraming.Whole };
            if (!IsNew) request.Images.Report(finding, output.ErrorConsole);
            return model.ImageInput = request.Images.Apply(input);
        }

        return request.Images.Settle(model, IsNew ? CommandOutput.Silent : output.ErrorConsole);
    }

    /// <summary>Unfreezes the last layers of the base and compiles the whole with a hundredth of the learning rate.</summary>
    public void PrepareFineTuning(Model whole)
    {
        TransferNetwork.Unfreeze(whole, request.FineTuneFrom!);
        task.Compile(whole, plan.CreateOptimizer(factor: 0.01), plan);
    }

    /// <exception cref="CommandException">There is no such model, or it does not fit the data.</exception>
    public Model Prepare() => IsNew ? Create() : Load(plan.Network);

    private Model Create()
    {
        var model = task.CreateNetwork(plan);
        task.RequireFit(model, plan.Network);
        task.Compile(model, plan.CreateOptimizer(), plan);
        return model;
    }

    private Model Load(string path)
    {
        var model = Networks.LoadSized(path, request.InputShape);
        task.RequireFit(model, path);
        if (request.Seed is { } seed) model.Seed = seed;
        model.Augmentation = plan.Augmentation(model.InputShape is { Rank: 3 } shape ? shape[2] : 1);
        if (plan.Optimizer is not null)
        {
            task.Compile(model, plan.CreateOptimizer(), plan);
        }
        else if (!task.IsCompiled(model))
        {
            task.Compile(model, plan.CreateOptimizer(), plan);
            output.Console.MarkupLine(
                $"[grey58]{(task is RegressionTask ? "A regression starts" : $"{Markup.Escape(path)} is not compiled for class numbers: training starts")} "
                    + "with a fresh RMSprop.[/]");
        }

        if (request.LearningRate is { } rate) model.Optimizer!.Schedule = rate;
        return model;
    }
}
