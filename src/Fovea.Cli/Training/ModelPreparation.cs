using Spectre.Console;

namespace Fovea.Cli;

/// <summary>
/// Prepares the model of a training: a new network, one from a file, or a new head on a pretrained one, compiled and checked against the data.
/// </summary>
internal sealed class ModelPreparation(TrainRequest request, TrainingSource source, CommandOutput output)
{
    private const string DefaultOptimizer = "rmsprop";

    private LearningRateSchedule? LearningRate => request.LearningRate is { } rate ? rate : null;

    /// <summary>Adds a new head to the pretrained network.</summary>
    /// <exception cref="CommandException">There is no such network, or it does not fit the data.</exception>
    public TransferNetwork PrepareTransfer()
    {
        if (source is not ImageSource) throw new CommandException($"--base: expected with a folder of images; '{request.Data}' is none.");
        if (request.Model is not null) throw new CommandException("--base: expected without --model: the new network consists of the base and a head.");
        if (request.FineTuneEpochs is not null && request.FineTuneFrom is null)
            throw new CommandException("--fine-tune-epochs: expected with --fine-tune-from LAYER.");
        var transfer = TransferNetwork.Create(request, source.Classes);
        if (transfer.Note is { } note) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        Scoring.Compile(transfer.Whole, OptimizerFor(transfer.Whole));
        Scoring.Compile(transfer.Head, OptimizerFor(transfer.Head));
        return transfer;
    }

    /// <summary>Decides how images are read, and stores it in the model.</summary>
    public ImageInput SettleImageInput(Model model)
    {
        if (model.ImageInput is null && request.Images.Framing is null && source is ImageSource images)
        {
            // Only classes named 0 to 9 are read as digits.
            var input = ImageSettings.Find(model) is var finding && images.AreDigits
                ? finding.Input
                : finding.Input with { Framing = ImageFraming.Whole };
            if (request.Model is { } name && !Networks.IsNamed(name)) request.Images.Report(finding, output.ErrorConsole);
            return model.ImageInput = request.Images.Apply(input);
        }

        return request.Images.Settle(model, request.Model is null || Networks.IsNamed(request.Model) ? CommandOutput.Silent : output.ErrorConsole);
    }

    /// <summary>Unfreezes the last layers of the base and compiles the whole with a hundredth of the learning rate.</summary>
    public void PrepareFineTuning(Model whole)
    {
        TransferNetwork.Unfreeze(whole, request.FineTuneFrom!);
        Scoring.Compile(whole, OptimizerFor(whole, 0.01));
    }

    /// <exception cref="CommandException">There is no such model, or it does not fit the data.</exception>
    public Model Prepare()
    {
        if (request.FineTuneFrom is not null || request.FineTuneEpochs is not null)
            throw new CommandException("--fine-tune-from: expected with --base FILE, a pretrained network.");
        var name = request.Model ?? source.Network;
        if (name != BookCatsDogs.Name && request.Augmentation is not null)
            throw new CommandException($"--augmentation: expected with the network {BookCatsDogs.Name}; '{name}' has its own layers.");
        return Networks.IsNamed(name) ? Create(name) : Load(name);
    }

    private Model Create(string name)
    {
        var model = Networks.Create(name, request.Seed ?? 0, source.Classes, request.Augmentation ?? true);
        source.RequireFit(model, name);
        Scoring.Compile(model, OptimizerFor(model));
        return model;
    }

    /// <summary>
    /// Creates the optimizer, with its learning rate times a factor. For book-catsdogs the default is Adam with half its usual rate: with RMSprop, the
    /// network does not improve for many epochs.
    /// </summary>
    private Optimizer OptimizerFor(Model model, double factor = 1)
    {
        var optimizer = request.Optimizer is null && model.Name == BookCatsDogs.Name
            ? Optimizer.FromName("adam", LearningRate ?? 5e-4)
            : Optimizer.FromName(request.Optimizer ?? DefaultOptimizer, LearningRate);
        optimizer.LearningRate = (float)Math.Round((float)optimizer.LearningRate * factor, 10);
        return optimizer;
    }

    private Model Load(string path)
    {
        var model = Networks.LoadSized(path, request.InputShape);
        source.RequireFit(model, path);
        if (request.Seed is { } seed) model.Seed = seed;
        if (request.Optimizer is { } optimizer)
        {
            Scoring.Compile(model, Optimizer.FromName(optimizer, LearningRate));
        }
        else if (!Scoring.IsReady(model))
        {
            Scoring.Compile(model, Optimizer.FromName(DefaultOptimizer, LearningRate));
            output.Console.MarkupLine($"[grey58]{Markup.Escape(path)} is not compiled for class numbers: training starts with a fresh RMSprop.[/]");
        }

        if (request.LearningRate is { } rate) model.Optimizer!.Schedule = rate;
        return model;
    }
}
