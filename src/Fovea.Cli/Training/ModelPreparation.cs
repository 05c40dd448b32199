using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The model of a training: a new network or one from a file, fit for the data and compiled.</summary>
internal sealed class ModelPreparation(TrainRequest request, TrainingSource source, IAnsiConsole console)
{
    /// <exception cref="CommandException">There is no such model, or it cannot learn the data.</exception>
    public Model Prepare()
    {
        var name = request.Model ?? source.Network;
        if (name != Networks.BookCatsDogs && request.Augmentation is not null)
            throw new CommandException($"--augmentation: expected with the network {Networks.BookCatsDogs}; '{name}' is trained with the layers that it has.");
        return Networks.IsNamed(name) ? Create(name) : Load(name);
    }

    private Model Create(string name)
    {
        var model = Networks.Create(name, request.Seed ?? 0, source.Classes, request.Augmentation ?? true);
        source.RequireFit(model, name);
        Scoring.Compile(model, Optimizers.Create(request.Optimizer ?? Optimizers.Default, request.LearningRate));
        return model;
    }

    private Model Load(string path)
    {
        var model = Networks.Load(path);
        source.RequireFit(model, path);
        if (request.Seed is { } seed) model.Seed = (ulong)seed;
        if (request.Optimizer is { } optimizer)
        {
            Scoring.Compile(model, Optimizers.Create(optimizer, request.LearningRate));
        }
        else if (!Scoring.IsReady(model))
        {
            Scoring.Compile(model, Optimizers.Create(Optimizers.Default, request.LearningRate));
            console.MarkupLine($"[grey58]{Markup.Escape(path)} is not compiled for class numbers: training starts with a fresh RMSprop.[/]");
        }

        if (request.LearningRate is { } rate) model.Optimizer!.LearningRate = (float)rate;
        return model;
    }
}
