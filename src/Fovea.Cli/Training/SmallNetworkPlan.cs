namespace Fovea.Cli;

/// <summary>
/// The plan of <c>--model auto</c> and <c>--model resnet-small</c>: everything that the options leave open is decided from the number and the size of the
/// images. The same data and options give the same plan on every machine; <see cref="TimeBudget"/> adapts the size and the epochs to a time.
/// </summary>
internal static class SmallNetworkPlan
{
    /// <summary>The side of the images of photographs, in pixels.</summary>
    private const int DefaultSide = 144;
    private const int SmallestSide = 16;
    private const int SmallestProgressiveSide = 96;

    /// <summary>
    /// The shares of the input's side for the first and the second half of a training. It has smaller images than predictions, since its parts of images show
    /// things larger (Touvron et al. 2019, Fixing the train-test resolution discrepancy).
    /// </summary>
    private static readonly double[] UsualProgressive = [0.667, 0.889];

    /// <summary>The number of images in all epochs together where no option decides.</summary>
    private const int DefaultSamples = 160_000;

    /// <summary>The sides of images that are tried, largest first.</summary>
    public static IReadOnlyList<int> Sides { get; } = [224, 192, 176, 160, 144, 128, 112, 96, 80, 64, 48, 40, 32, 28, 24, 20, SmallestSide];

    /// <param name="request">What the command line asks for.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="survey">What is known about the images.</param>
    public static TrainingPlan Decide(TrainRequest request, LearningTask task, ImageSurvey survey)
    {
        var samples = Math.Min(survey.Training, request.Samples ?? int.MaxValue);
        var shape = request.InputShape is { } given ? given.Dimensions.ToArray() : Square(Side(survey, DefaultSide), survey);
        var widths = request.Widths ?? DefaultWidths(shape);
        var batchSize = request.BatchSize ?? BatchSize(samples);
        var epochs = request.Epochs ?? DefaultEpochs(samples);
        var (flip, reason) = FlipFor(request, task);
        return new TrainingPlan
        {
            Network = SmallNetwork.ResNet,
            InputShape = shape,
            Widths = widths,
            Blocks = request.Blocks ?? DefaultBlocks(widths.Count),
            Dropout = request.Dropout ?? 0.3,
            Optimizer = request.Optimizer ?? "adamw",
            LearningRate = request.LearningRate ?? (request.Optimizer is null or "adamw" ? 1e-3 : null),
            IsOneCycle = true,
            WeightDecay = request.Optimizer is null or "adamw" ? 0.05 : 0,
            Averaging = request.Optimizer is null or "adamw" ? AveragingFor(samples, batchSize, epochs) : 0,
            LabelSmoothing = task.UsualLabelSmoothing,
            Epochs = epochs,
            BatchSize = batchSize,
            Recipe = request.Recipe ?? task.UsualRecipe,
            Progressive = ProgressiveFor(request.Recipe ?? task.UsualRecipe, shape),
            ProgressiveEpochs = request.Progressive is null ? 1 : 0.5,
            Flip = flip,
            FlipReason = reason,
        };
    }

    /// <summary>The plan for another size of images and another number of epochs.</summary>
    public static TrainingPlan Resize(TrainingPlan plan, TrainRequest request, ImageSurvey survey, int side, int epochs)
    {
        var samples = Math.Min(survey.Training, request.Samples ?? int.MaxValue);
        var shape = request.InputShape is null ? Square(side, survey) : plan.InputShape!;
        var widths = request.Widths ?? DefaultWidths(shape);
        return plan with
        {
            InputShape = shape,
            Widths = widths,
            Blocks = request.Blocks ?? DefaultBlocks(widths.Count),
            Epochs = epochs,
            Progressive = request.Progressive is null ? ProgressiveFor(plan.Recipe, shape) : plan.Progressive,
            Averaging = request.Averaging ?? (plan.Averaging == 0 ? 0 : AveragingFor(samples, plan.BatchSize, epochs)),
        };
    }

    /// <summary>The largest side of the list that the images have, up to a limit.</summary>
    public static int Side(ImageSurvey survey, int limit) => Sides.FirstOrDefault(side => side <= Math.Min(limit, Shorter(survey)), SmallestSide);

    /// <summary>The epochs for a number of images in all: fewer passes over more images.</summary>
    public static int DefaultEpochs(int samples) => Math.Clamp((int)Math.Round((double)DefaultSamples / samples), 20, 200);

    /// <summary>The shorter side of the images.</summary>
    private static int Shorter(ImageSurvey survey) => Math.Min(survey.Height, survey.Width);

    private static int[] Square(int side, ImageSurvey survey) => [side, side, survey.IsGrey ? 1 : 3];

    /// <summary>Smaller images in training, if the recipe takes parts, unless the images are small already.</summary>
    private static double[] ProgressiveFor(AugmentationRecipe recipe, IReadOnlyList<int> shape) =>
        recipe.TakesParts() && Math.Min(shape[0], shape[1]) >= SmallestProgressiveSide ? UsualProgressive : [];

    /// <summary>Small images are halved less often.</summary>
    private static int[] DefaultWidths(IReadOnlyList<int> shape) => Math.Min(shape[0], shape[1]) < 28 ? [32, 64, 128] : [32, 64, 128, 256];

    private static int[] DefaultBlocks(int stages) => [.. Enumerable.Range(0, stages).Select(stage => stage == 0 || stage == stages - 1 ? 1 : 2)];

    private static int BatchSize(int samples) => samples switch { < 600 => 16, > 20_000 => 64, _ => 32 };

    /// <summary>The averages reach over about the last tenth of the steps, and at most over a thousand.</summary>
    private static double AveragingFor(int samples, int batchSize, int epochs)
    {
        var steps = (double)epochs * ((samples + batchSize - 1) / batchSize);
        return Math.Round(1 - (1 / Math.Clamp(steps / 20, 5, 1000)), 4);
    }

    /// <summary>Photographs may be mirrored. Digits, letters and classes that tell left from right may not.</summary>
    private static (FlipChoice Flip, string Reason) FlipFor(TrainRequest request, LearningTask task)
    {
        if ((request.Flip ?? task.UsualFlip) is { } given) return (given, "");
        var byNames = FlipFor(task.Source.ClassNames ?? []);
        return byNames.Flip != FlipChoice.None && request.Recipe != AugmentationRecipe.Plain && task.Source.FindMirroredClasses() is { } pair
            ? (FlipChoice.None, $"mirror images of '{pair.First}' look like '{pair.Second}'")
            : byNames;
    }

    /// <summary>What the names of the classes say about flips, and why.</summary>
    internal static (FlipChoice Flip, string Reason) FlipFor(IReadOnlyList<string> classes)
    {
        if (classes.Count == 0) return (FlipChoice.None, "");
        if (classes.All(name => name.Length == 1)) return (FlipChoice.None, "all classes are single letters or digits");
        return classes.FirstOrDefault(name => IsSided(name, "left") || IsSided(name, "right")) is { } sided
            ? (FlipChoice.None, $"the class '{sided}' tells left from right")
            : (FlipChoice.Horizontal, "");
    }

    private static bool IsSided(string name, string side) =>
        name.Split(' ', '_', '-', '.').Any(word => word.Equals(side, StringComparison.OrdinalIgnoreCase));
}
