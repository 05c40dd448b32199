namespace Fovea.Cli;

/// <summary>Decides the plan of a training: the options decide first, then the network and the data.</summary>
internal static class PlanDecision
{
    public const string DefaultOptimizer = "rmsprop";

    /// <summary>A head is trained until it has converged, since an epoch on features takes only a moment.</summary>
    public const int MaxHeadEpochs = 200;
    private const int HeadPatience = 20;

    /// <exception cref="CommandException">Two options contradict each other, or one does not fit the network.</exception>
    public static TrainingPlan Decide(TrainRequest request, LearningTask task)
    {
        RequireFit(request, task.Source);
        var source = task.Source;
        var isTransfer = request.Base is not null;
        var network = request.Base ?? request.Model ?? source.Network;
        var isCatsDogs = network == BookCatsDogs.Name;
        if (!isTransfer && !isCatsDogs && request.Recipe is not null)
            throw new CommandException($"--recipe: expected with the network {BookCatsDogs.Name} or with --base; '{network}' has its own layers.");
        var converges = isTransfer && request.Epochs is null;
        return new TrainingPlan
        {
            Network = network,
            IsTransfer = isTransfer,
            Optimizer = request.Optimizer ?? (isCatsDogs ? "adam" : isTransfer || Networks.IsNamed(network) ? DefaultOptimizer : null),

            // For book-catsdogs, Adam with half its usual rate: with RMSprop, the network does not improve for many epochs.
            LearningRate = request.LearningRate ?? (isCatsDogs && request.Optimizer is null ? 5e-4 : null),
            Epochs = request.Epochs ?? (converges ? MaxHeadEpochs : source.Epochs),
            Patience = converges ? HeadPatience : null,
            BatchSize = request.BatchSize ?? source.BatchSize,
            Recipe = request.Recipe ?? AugmentationRecipe.Standard,

            // For images the best epoch is kept, for digits the last one.
            KeepsBest = source is ImageSource,
            Seed = request.Seed ?? 0,
        };
    }

    private static void RequireFit(TrainRequest request, TrainingSource source)
    {
        if (request.Base is null)
        {
            if (request.FineTuneFrom is not null || request.FineTuneEpochs is not null)
                throw new CommandException("--fine-tune-from: expected with --base FILE, a pretrained network.");
            return;
        }

        if (request is { FindLearningRate: true, FineTuneFrom: not null })
            throw new CommandException("--find-learning-rate: expected without --fine-tune-from; with --base it looks for the head's rate.");
        if (request.Backup is not null) throw new CommandException("--backup: expected without --base, which runs several trainings.");
        if (source is not ImageSource) throw new CommandException($"--base: expected with a folder of images; '{request.Data}' is none.");
        if (request.Model is not null) throw new CommandException("--base: expected without --model: the new network consists of the base and a head.");
        if (request.FineTuneEpochs is not null && request.FineTuneFrom is null)
            throw new CommandException("--fine-tune-epochs: expected with --fine-tune-from LAYER.");
    }
}
