namespace Fovea.Cli;

/// <summary>
/// Everything that decides what a training does with its data: the same plan, data and seed give bit-identical weights. <see cref="PlanDecision"/> decides
/// it, before the data are read. <see cref="PlanOptions"/> prints it as options, <see cref="PlanCode"/> as C#.
/// </summary>
internal sealed record TrainingPlan
{
    /// <summary>The name of the network, or a file: the model to continue with, or the base of a new one.</summary>
    public required string Network { get; init; }

    /// <summary>Whether <see cref="Network"/> is a pretrained network that receives a new head.</summary>
    public bool IsTransfer { get; init; }

    /// <summary>Height, width and channels of the images, for a new network that takes several sizes; null for the network's own.</summary>
    public IReadOnlyList<int>? InputShape { get; init; }

    /// <summary>The number of filters of each stage of resnet-small; null for other networks.</summary>
    public IReadOnlyList<int>? Widths { get; init; }

    /// <summary>The number of blocks of each stage of resnet-small.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>The dropout of resnet-small before its last layer.</summary>
    public double Dropout { get; init; }

    /// <summary>The name of the optimizer; null for that of the model file, if it has one.</summary>
    public string? Optimizer { get; init; }

    /// <summary>The learning rate, or the highest of one cycle; null for that of the model file, or the default of the optimizer.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Whether the learning rate makes one cycle, rather than being constant.</summary>
    public bool IsOneCycle { get; init; }

    /// <summary>The decay of the weights that is not part of the gradient; 0 for none.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The momentum of the moving averages of the weights, which are kept at the end; 0 for none.</summary>
    public double Averaging { get; init; }

    /// <summary>The share of the probability that is spread over all classes; 0 for none.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The number of passes over the training data.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch after which the training ends before <see cref="Epochs"/>; null for none.</summary>
    public int? StopAfter { get; init; }

    /// <summary>The number of epochs without a lower validation loss that end the training; null for none.</summary>
    public int? Patience { get; init; }

    /// <summary>The number of samples in a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How strongly training images are varied at random.</summary>
    public AugmentationRecipe Recipe { get; init; }

    /// <summary>How many times larger than the network's input training images are kept in memory; their augmentation takes parts of them.</summary>
    public double Oversize { get; init; } = 1;

    /// <summary>The shares of the height and width of the images at which the training begins, which rise; empty for none.</summary>
    public IReadOnlyList<double> Progressive { get; init; } = [];

    /// <summary>The share of the epochs with smaller images.</summary>
    public double ProgressiveEpochs { get; init; }

    /// <summary>The directions in which training images are flipped at random.</summary>
    public FlipChoice Flip { get; init; } = FlipChoice.Horizontal;

    /// <summary>Why images are not flipped, as a clause; empty if an option says so, or if they are.</summary>
    public string FlipReason { get; init; } = "";

    /// <summary>Whether the saved model averages its predictions for an image and its mirror image.</summary>
    public bool FlipsAtTest { get; init; }

    /// <summary>Whether the model of the best epoch is kept, rather than that of the last.</summary>
    public bool KeepsBest { get; init; }

    /// <summary>The seed of all random numbers.</summary>
    public int Seed { get; init; }

    /// <summary>The layers within a new network that vary images at random in training: those of book-catsdogs, as in the book, and of a new head.</summary>
    public IReadOnlyList<Layer> Layers() =>
        IsTransfer ? Recipe.Layers(BookCatsDogs.Name, Flip)
        : Network == BookCatsDogs.Name && Recipe == AugmentationRecipe.Book ? Recipe.Layers(Network, Flip)
        : [];

    /// <summary>What varies images at random in the training of a new network or of one from a file, from the first epoch on; null for nothing.</summary>
    /// <param name="channels">The number of channels of the images.</param>
    public ImageAugmentation? Augmentation(int channels) => IsTransfer || Layers().Count > 0
        ? null
        : Recipe.Augmentation(Network, Flip, ImageStage.Of(this)[0].Size, channels);

    /// <summary>Changes the size of the images between epochs; null if it does not change.</summary>
    public AugmentationSchedule? Schedule() => ImageStage.Of(this) is [_, _, ..] stages
        ? new AugmentationSchedule([.. stages.Skip(1).Select(stage => (stage.Epoch, Recipe.Augmentation(Network, Flip, stage.Size, InputShape![2])))])
        : null;

    /// <summary>What changes the size of the images between epochs, and validates on smaller ones while the training has them.</summary>
    public IReadOnlyList<Callback> SizeCallbacks() =>
    [
        .. Schedule() is { } schedule ? [schedule] : (Callback[])[],
        .. ImageStage.HasSmaller(this) ? [new ValidationAtTrainingSize()] : (Callback[])[],
    ];

    /// <summary>The preprocessing of training images that are kept larger than the network takes them; null for that of all images.</summary>
    public ImageInput? TrainingInput(ImageInput input) => Oversize == 1
        ? null
        : input.WithSize((int)Math.Round(Oversize * input.Height), (int)Math.Round(Oversize * input.Width));

    /// <summary>Builds the network that the plan names, with its augmentation.</summary>
    /// <param name="head">Its last layer.</param>
    public Model CreateNetwork(NetworkHead head)
    {
        var model = BuildNetwork(head);
        model.Augmentation = Augmentation(model.InputShape is { Rank: 3 } shape ? shape[2] : 1);
        return model;
    }

    private Model BuildNetwork(NetworkHead head) => Network switch
    {
        SmallNetwork.ResNet => SmallNetworks.ResNet(
            new Shape([.. InputShape!]), head.Outputs, Widths, Blocks, Dropout, head.Activation, seed: Seed),
        SmallNetwork.MiniXception => SmallNetworks.MiniXception(new Shape([.. InputShape!]), head.Outputs, head.Activation, seed: Seed),
        _ => Networks.Create(Network, Seed, head, Layers()),
    };

    /// <summary>Creates the optimizer.</summary>
    /// <param name="factor">A factor of the learning rate.</param>
    public Optimizer CreateOptimizer(double factor = 1)
    {
        if (Optimizer == "adamw" && (WeightDecay > 0 || Averaging > 0))
        {
            return new AdamW(StartingRate * factor, WeightDecay)
            {
                UseEma = Averaging > 0,
                EmaMomentum = Averaging > 0 ? Averaging : PlanDecision.DefaultMomentum,
                ExcludeFromWeightDecay = PlanDecision.NotDecaying,
            };
        }

        var optimizer = Fovea.Optimizer.FromName(Optimizer ?? PlanDecision.DefaultOptimizer, LearningRate is { } rate ? (LearningRateSchedule)rate : null);
        optimizer.LearningRate = (float)Math.Round((float)optimizer.LearningRate * factor, 10);
        return optimizer;
    }

    /// <summary>The constant learning rate, or the highest of one cycle: by default that of the optimizer.</summary>
    /// <param name="optimizer">The optimizer of the compiled model.</param>
    public double HighestRate(Optimizer optimizer) => LearningRate ?? optimizer.LearningRate;

    /// <summary>The constant learning rate, or the first of one cycle, from which a later training continues.</summary>
    public double StartingRate => (LearningRate ?? 0.001) / (IsOneCycle ? PlanDecision.OneCycleDiv : 1);
}
