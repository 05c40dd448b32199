namespace Fovea.Cli;

/// <summary>What to train and how. Where a setting is null, the data or the model decide.</summary>
/// <param name="Data">digits, mnist or a folder.</param>
internal sealed record TrainRequest(string Data)
{
    /// <summary>Gets what is learned: classify, labels, regression or segment; null where the data decide.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the columns of the targets in a list; none where the list decides.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Gets the folder that the files of a list are relative to; null for that of the list.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Gets what is known about the targets of a list.</summary>
    public TargetChoice TargetChoice => new(TargetChoice.KindOf(Task), Targets) { ImageFolder = ImageFolder };

    /// <summary>Gets the data as arguments of other commands.</summary>
    public string DataArguments => ImageFolder is null ? ShellText.Quoted(Data) : $"{ShellText.Quoted(Data)} --image-folder {ShellText.Quoted(ImageFolder)}";

    /// <summary>Gets the loss of a regression: mse, mae or huber; null for mse.</summary>
    public string? Loss { get; init; }

    /// <summary>Gets what the labels of masks mean.</summary>
    public MaskSettings Masks { get; init; } = MaskSettings.None;

    /// <summary>Gets how classes are weighted: balanced, none, or weights by name; null for none.</summary>
    public string? ClassWeight { get; init; }

    /// <summary>Gets the number of samples to train on.</summary>
    public int? Samples { get; init; }

    /// <summary>Gets the name of a network or the model file to continue with.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the file of a pretrained network that receives a new head.</summary>
    public string? Base { get; init; }

    /// <summary>Gets the layer of the base from which on its layers are fine-tuned.</summary>
    public string? FineTuneFrom { get; init; }

    public int? FineTuneEpochs { get; init; }

    /// <summary>Gets how strongly training images are varied at random.</summary>
    public AugmentationRecipe? Recipe { get; init; }

    /// <summary>Gets how many times larger than the network's input training images are kept in memory.</summary>
    public double? Oversize { get; init; }

    /// <summary>Gets the shares of the height and width of the images at which the training begins.</summary>
    public IReadOnlyList<double>? Progressive { get; init; }

    /// <summary>Gets the share of the epochs with smaller images.</summary>
    public double? ProgressiveEpochs { get; init; }

    /// <summary>Gets the directions in which training images are flipped.</summary>
    public FlipChoice? Flip { get; init; }

    /// <summary>Gets whether predictions are averaged for an image and its mirror image.</summary>
    public bool? FlipsAtTest { get; init; }

    /// <summary>Gets the number of filters of each stage of resnet-small.</summary>
    public IReadOnlyList<int>? Widths { get; init; }

    /// <summary>Gets the number of blocks of each stage of resnet-small.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>Gets the dropout of resnet-small.</summary>
    public double? Dropout { get; init; }

    /// <summary>Gets whether the learning rate makes one cycle.</summary>
    public bool? IsOneCycle { get; init; }

    /// <summary>Gets the decay of the weights.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>Gets the momentum of the averages of the weights; 0 for none.</summary>
    public double? Averaging { get; init; }

    /// <summary>Gets the label smoothing.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>Gets the time that the whole command may take.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Gets whether a C# program is printed instead of training.</summary>
    public bool ShowCode { get; init; }

    public int? Epochs { get; init; }

    /// <summary>Gets the epoch after which the training ends early.</summary>
    public int? StopAfter { get; init; }

    public int? BatchSize { get; init; }

    public string? Optimizer { get; init; }

    public double? LearningRate { get; init; }

    /// <summary>Gets whether learning rates are tried instead of training.</summary>
    public bool FindLearningRate { get; init; }

    public int? Seed { get; init; }

    /// <summary>Gets how images are read.</summary>
    public ImageSettings Images { get; init; } = ImageSettings.None;

    /// <summary>Gets the shape of one image, for a model or a base that leaves sizes open.</summary>
    public Shape? InputShape { get; init; }

    /// <summary>Gets the number of folds of a cross-validation; null for one training.</summary>
    public int? Folds { get; init; }

    /// <summary>Gets the folder that keeps the models of the folds; null to keep only their mean.</summary>
    public string? FoldsOut { get; init; }

    /// <summary>Gets the number of shards of a batch.</summary>
    public int? Shards { get; init; }

    /// <summary>Gets the model file to write.</summary>
    public string? Out { get; init; }

    /// <summary>Gets the file that keeps the state of the training, and from which an interrupted one is resumed.</summary>
    public string? Backup { get; init; }

    /// <summary>Gets the command line, for the report.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Gets whether the result is printed as JSON.</summary>
    public bool Json { get; init; }
}
