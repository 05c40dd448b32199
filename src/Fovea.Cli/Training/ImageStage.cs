namespace Fovea.Cli;

/// <summary>A part of a training with images of one size.</summary>
/// <param name="Epoch">The first epoch, from 1.</param>
/// <param name="Size">The height and width that the augmentation gives images; null if it keeps their size.</param>
internal sealed record ImageStage(int Epoch, Size2D? Size)
{
    private const int Multiple = 8;

    /// <summary>The stages of a plan: one, or several that become larger, the last of which may be smaller than the network's input.</summary>
    public static IReadOnlyList<ImageStage> Of(TrainingPlan plan)
    {
        if (plan.Oversize == 1 && plan.Progressive.Count == 0) return [new(1, null)];
        Size2D full = (plan.InputShape![0], plan.InputShape[1]);
        var small = plan.Progressive.Select(share => new Size2D(Side(share * full.Height), Side(share * full.Width)))
            .Where(size => size.Height < full.Height && size.Width < full.Width)
            .ToList();
        var endsSmall = plan.ProgressiveEpochs == 1 && small.Count > 0;
        var epochs = endsSmall ? plan.Epochs : Math.Min((int)Math.Round(plan.ProgressiveEpochs * plan.Epochs), plan.Epochs - 1);
        var stages = small.Select((size, i) => new ImageStage(1 + (i * epochs / small.Count), size)).ToList();
        if (!endsSmall) stages.Add(new(1 + (small.Count == 0 ? 0 : epochs), full));

        // In a short training a stage may have no epoch; the next one begins then.
        return [.. stages.GroupBy(stage => stage.Epoch).Select(group => group.Last())];
    }

    /// <summary>Whether a stage has smaller images than the network's input.</summary>
    public static bool HasSmaller(TrainingPlan plan) => Of(plan).Any(stage => stage.Size is { } size && size.Height < plan.InputShape![0]);

    /// <summary>The mean of the pixels of an image over all epochs, as a share of those of the network's input.</summary>
    public static double MeanPixels(TrainingPlan plan)
    {
        var stages = Of(plan);
        var sum = 0.0;
        for (var i = 0; i < stages.Count; i++)
        {
            var end = i + 1 < stages.Count ? stages[i + 1].Epoch : plan.Epochs + 1;
            var pixels = stages[i].Size is { } size ? (double)size.Height * size.Width / (plan.InputShape![0] * plan.InputShape[1]) : 1;
            sum += pixels * Math.Max(0, end - stages[i].Epoch);
        }

        return sum / Math.Max(1, plan.Epochs);
    }

    private static int Side(double pixels) => Math.Max(2 * Multiple, Multiple * (int)Math.Round(pixels / Multiple));
}
