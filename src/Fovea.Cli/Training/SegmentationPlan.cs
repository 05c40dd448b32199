namespace Fovea.Cli;

/// <summary>The plan of the U-Net: everything that the options leave open is decided from the number and the size of the images.</summary>
internal static class SegmentationPlan
{
    /// <summary>The side of the images where no option decides, unless they are smaller.</summary>
    private const int DefaultSide = 160;

    /// <summary>The number of images in all epochs together where no option decides.</summary>
    private const int DefaultSamples = 60_000;

    private static readonly int[] DefaultWidths = [16, 32, 64, 128, 256];

    /// <param name="request">What the command line asks for.</param>
    /// <param name="survey">What is known about the images.</param>
    public static TrainingPlan Decide(TrainRequest request, ImageSurvey survey)
    {
        var samples = Math.Min(survey.Training, request.Samples ?? int.MaxValue);
        var widths = request.Widths ?? DefaultWidths;
        var isAdamW = request.Optimizer is null or "adamw";
        return new TrainingPlan
        {
            Network = SmallNetwork.UNet,
            InputShape = Shape(request, survey, 1 << (widths.Count - 1)),
            Widths = widths,
            Dropout = request.Dropout ?? 0.2,
            Optimizer = request.Optimizer ?? "adamw",
            LearningRate = request.LearningRate ?? (isAdamW ? 3e-3 : null),
            IsOneCycle = true,
            WeightDecay = isAdamW ? 0.05 : 0,
            Epochs = request.Epochs ?? Math.Clamp((int)Math.Round((double)DefaultSamples / samples), 20, 150),
            BatchSize = request.BatchSize ?? (samples < 2000 ? 8 : 16),
            Recipe = request.Recipe ?? AugmentationRecipe.Standard,
            KeepsBest = true,
        };
    }

    /// <exception cref="CommandException">The size that was given is not a multiple of what the poolings need.</exception>
    private static int[] Shape(TrainRequest request, ImageSurvey survey, int multiple)
    {
        if (request.InputShape is { } given)
        {
            if (given is { Rank: 3 } && given[0] % multiple == 0 && given[1] % multiple == 0 && given[2] is 1 or 3) return given.Dimensions.ToArray();
            throw new CommandException(
                $"--input-shape: expected a height and a width that are multiples of {multiple}, and 1 or 3 channels, as in "
                    + $"{10 * multiple},{10 * multiple},3; received {string.Join(',', given.Dimensions.ToArray())}.");
        }

        var side = Math.Max(multiple, Math.Min(DefaultSide, Math.Min(survey.Height, survey.Width)) / multiple * multiple);
        return [side, side, survey.IsGrey ? 1 : 3];
    }
}
