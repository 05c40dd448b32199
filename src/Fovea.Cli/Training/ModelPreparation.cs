using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The model of a training: a new network, one from a file or a new head on one, fit for the data and compiled.</summary>
internal sealed class ModelPreparation(TrainRequest request, TrainingSource source, CommandOutput output)
{
    private const string DefaultOptimizer = "rmsprop";

    private LearningRateSchedule? LearningRate => request.LearningRate is { } rate ? rate : null;

    /// <summary>A new head on the pretrained network that was asked for.</summary>
    /// <exception cref="CommandException">There is no such network, or it cannot learn the data.</exception>
    public TransferNetwork PrepareTransfer()
    {
        if (source is not ImageSource) throw new CommandException($"--base: expected with a folder of pictures; '{request.Data}' is none.");
        if (request.Model is not null) throw new CommandException("--base: expected without --model, since a new network is made of the base and a head.");
        if (request.FineTuneEpochs is not null && request.FineTuneFrom is null)
            throw new CommandException("--fine-tune-epochs: expected with --fine-tune-from LAYER.");
        var transfer = TransferNetwork.Create(request, source.Classes);
        if (transfer.Note is { } note) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        Scoring.Compile(transfer.Whole, OptimizerFor(transfer.Whole));
        Scoring.Compile(transfer.Head, OptimizerFor(transfer.Head));
        return transfer;
    }

    /// <summary>How the pictures of the data are read for the model, which then carries it.</summary>
    public ImageInput SettleImageInput(Model model)
    {
        if (model.ImageInput is null && request.Images.Framing is null && source is ImageSource pictures)
        {
            // Pictures are prepared as digits where they are digits.
            var input = ImageSettings.Find(model) is var finding && pictures.AreDigits
                ? finding.Input
                : finding.Input with { Framing = ImageFraming.Whole };
            if (request.Model is { } name && !Networks.IsNamed(name)) request.Images.Say(finding, output.ErrorConsole);
            return model.ImageInput = request.Images.Apply(input);
        }

        return request.Images.Settle(model, request.Model is null || Networks.IsNamed(request.Model) ? CommandOutput.Silent : output.ErrorConsole);
    }

    /// <summary>Lets the last layers of the base of a trained whole learn too.</summary>
    public void PrepareFineTuning(Model whole)
    {
        TransferNetwork.Thaw(whole, request.FineTuneFrom!);
        Scoring.Compile(whole, OptimizerFor(whole, 0.01));
    }

    /// <exception cref="CommandException">There is no such model, or it cannot learn the data.</exception>
    public Model Prepare()
    {
        if (request.FineTuneFrom is not null || request.FineTuneEpochs is not null)
            throw new CommandException("--fine-tune-from: expected with --base FILE, a pretrained network.");
        var name = request.Model ?? source.Network;
        if (name != BookCatsDogs.Name && request.Augmentation is not null)
            throw new CommandException($"--augmentation: expected with the network {BookCatsDogs.Name}; '{name}' is trained with the layers that it has.");
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
    /// The optimizer that was asked for, its learning rate times a factor. Keras' default, RMSprop, stays for many epochs where it began with
    /// the deep network for pictures; Adam with half its usual rate does not.
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
        var model = Networks.Load(path, request.InputShape);
        source.RequireFit(model, path);
        if (request.Seed is { } seed) model.Seed = (ulong)seed;
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
