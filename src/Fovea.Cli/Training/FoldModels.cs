using Spectre.Console;

namespace Fovea.Cli;

/// <summary>
/// Creates the models of the folds, each with its own seed, and joins them to one. With <c>--base</c> the folds share the frozen base: only heads are trained,
/// on features that are computed once.
/// </summary>
internal sealed class FoldModels
{
    private readonly TrainRequest request;
    private readonly LearningTask task;
    private readonly TrainingPlan plan;
    private readonly CommandOutput output;
    private readonly TransferNetwork? transfer;

    /// <exception cref="CommandException">There is no such model, or it does not fit the data.</exception>
    public FoldModels(TrainRequest request, LearningTask task, TrainingPlan plan, CommandOutput output)
    {
        (this.request, this.task, this.plan, this.output) = (request, task, plan, output);
        var preparation = new ModelPreparation(request, task, plan, output);
        transfer = plan.IsTransfer ? preparation.PrepareTransfer() : null;
        First = transfer?.Whole ?? preparation.Prepare();
        if (task is not RegressionTask && First.OutputKind != OutputKind.Probabilities)
            throw new CommandException(
                $"--folds: expected a model whose outputs are probabilities, since they are averaged; those of '{request.Model}' are "
                    + $"{(First.OutputKind == OutputKind.Logits ? "logits" : "other values")}.");
        Input = transfer is null ? preparation.SettleImageInput(First) : First.ImageInput!;
    }

    /// <summary>A whole model, from images to classes: that of the first fold.</summary>
    public Model First { get; }

    /// <summary>How images are read.</summary>
    public ImageInput Input { get; }

    /// <summary>The data that the models of the folds take: images, or the features of a base.</summary>
    public FoldPool Extract(FoldPool pool, CancellationToken cancellationToken)
    {
        if (transfer is null) return pool;
        output.Console.MarkupLine($"[grey58]Computing the features of the images with {Markup.Escape(request.Base!)} …[/]");
        return pool with
        {
            Samples = transfer.Extractor.ExtractFeatures(pool.Samples, cancellationToken: cancellationToken),
            Test = pool.Test is { } test ? transfer.Extractor.ExtractFeatures(test, cancellationToken: cancellationToken) : null,
        };
    }

    /// <summary>The untrained model of a fold.</summary>
    /// <param name="fold">The number of the fold, from 0.</param>
    /// <param name="classNames">The names of the classes.</param>
    public Model Create(int fold, IReadOnlyList<string> classNames)
    {
        var own = plan with { Seed = plan.Seed + fold };
        Model model;
        if (transfer is not null)
        {
            model = transfer.CreateHead(own.Seed, task.Head(plan.Network));
            task.Compile(model, own.CreateOptimizer(), own);
        }
        else
        {
            model = new ModelPreparation(request, task, own, output.ForScripts()).Prepare();  // the notes are printed for the first
            model.ImageInput = Input;
        }

        model.ClassNames = classNames;
        return model;
    }

    /// <summary>The mean of the models of the folds as one model, from images to classes.</summary>
    public Model Join(IReadOnlyList<Model> models) => Whole(Ensemble.Average(models));

    /// <summary>The model from images to classes that a model of a fold is, or is the head of.</summary>
    public Model Whole(Model model) => transfer is null ? model : transfer.Complete(model);
}
