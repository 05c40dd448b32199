namespace Fovea.Cli;

/// <summary>Decides the plan of a training: the options decide first, then the network and the data.</summary>
internal static class PlanDecision
{
    public const string DefaultOptimizer = "rmsprop";

    /// <summary>The ratio of the highest to the first learning rate of one cycle, as in fastai.</summary>
    public const double OneCycleDiv = 25;

    /// <summary>β₁ of Adam and AdamW. One cycle keeps it constant, since a cycle of it has not been better.</summary>
    public const double DefaultMomentum = 0.9;

    /// <summary>A head is trained until it has converged, since an epoch on features takes only a moment.</summary>
    public const int MaxHeadEpochs = 200;

    private const int HeadPatience = 20;

    /// <summary>The weights that do not decay: those of normalizations, and biases.</summary>
    public static IReadOnlyList<string> NotDecaying { get; } = ["bias", "gamma", "beta"];

    /// <param name="request">What the command line asks for.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="survey">What is known about the images; null if the data are no image files.</param>
    /// <exception cref="CommandException">Two options contradict each other, or one does not fit the network.</exception>
    public static TrainingPlan Decide(TrainRequest request, LearningTask task, ImageSurvey? survey)
    {
        var network = NetworkOf(request, task.Source);
        PlanRules.Require(request, task.Source, network);
        var plan = network switch
        {
            SmallNetwork.ResNet => SmallNetworkPlan.Decide(request, task, survey!),
            SmallNetwork.UNet => SegmentationPlan.Decide(request, survey!),
            _ => OfNetwork(request, task, network),
        };
        return Complete(plan, request);
    }

    /// <summary>The name of the network or the file; auto is resnet-small, sized to the data.</summary>
    public static string NetworkOf(TrainRequest request, TrainingSource source) => (request.Base ?? request.Model ?? source.Network) switch
    {
        SmallNetwork.Auto => source is MaskSource ? SmallNetwork.UNet : SmallNetwork.ResNet,
        var name => name,
    };

    /// <summary>The plan of a network that has its usual settings, of a model file, or of a new head.</summary>
    private static TrainingPlan OfNetwork(TrainRequest request, LearningTask task, string network)
    {
        var source = task.Source;
        var isTransfer = request.Base is not null;
        var converges = isTransfer && request.Epochs is null;
        return new TrainingPlan
        {
            Network = network,
            IsTransfer = isTransfer,
            InputShape = network != SmallNetwork.MiniXception ? null : [.. (request.InputShape ?? SmallNetwork.MiniXceptionInput).Dimensions],
            Optimizer = request.Optimizer ?? (isTransfer || Networks.IsNamed(network) ? DefaultOptimizer : null),
            LearningRate = request.LearningRate,

            // With a constant rate, the loss of book-catsdogs does not fall for many epochs.
            IsOneCycle = network == BookCatsDogs.Name && !isTransfer,
            Epochs = request.Epochs ?? (converges ? MaxHeadEpochs : source.Epochs),
            Patience = converges ? HeadPatience : null,
            BatchSize = request.BatchSize ?? source.BatchSize,

            // A model file has its own layers, if any.
            Recipe = request.Recipe ?? (
                (isTransfer || network == SmallNetwork.MiniXception) && task.UsualRecipe == AugmentationRecipe.Standard ? AugmentationRecipe.Book
                : isTransfer || network is BookCatsDogs.Name or SmallNetwork.MiniXception || source is MaskSource ? task.UsualRecipe
                : AugmentationRecipe.Plain),

            Flip = task.UsualFlip ?? FlipChoice.Horizontal,

            // For images the best epoch is kept, for digits the last one. Averages of weights are those of the end.
            KeepsBest = source.HasImages && !(request.Averaging > 0),
        };
    }

    /// <summary>Adds the options that mean the same for all networks.</summary>
    private static TrainingPlan Complete(TrainingPlan plan, TrainRequest request) => plan with
    {
        IsOneCycle = request.IsOneCycle ?? plan.IsOneCycle,
        WeightDecay = request.WeightDecay ?? plan.WeightDecay,
        Averaging = request.Averaging ?? plan.Averaging,
        LabelSmoothing = request.LabelSmoothing ?? plan.LabelSmoothing,
        Flip = request.Flip ?? plan.Flip,
        Oversize = request.Oversize ?? plan.Oversize,
        Progressive = request.Progressive is { } shares ? [.. shares.Where(share => share < 1)] : plan.Progressive,
        ProgressiveEpochs = request.ProgressiveEpochs ?? plan.ProgressiveEpochs,
        FlipsAtTest = request.FlipsAtTest ?? (plan is { Network: SmallNetwork.ResNet or BookCatsDogs.Name, IsTransfer: false }
            && plan.Recipe != AugmentationRecipe.Plain && (request.Flip ?? plan.Flip) != FlipChoice.None),
        StopAfter = request.StopAfter,
        Seed = request.Seed ?? 0,
    };
}
