using System.Globalization;

namespace Fovea;

/// <summary>
/// Measures the validation data after each epoch: whole images, or with <see cref="ValidationAtTrainingSize"/> images of the size of the training images, while
/// that is smaller.
/// </summary>
/// <param name="trainer">The compiled model.</param>
/// <param name="arguments">The arguments of the training.</param>
/// <param name="data">The validation data; null for none.</param>
internal sealed class EpochValidation(Trainer trainer, FitArguments arguments, Dataset? data)
{
    private readonly bool takesTrainingSize = data is not null && arguments.Callbacks.OfType<ValidationAtTrainingSize>().Any();
    private Shape? trainedSize;
    private bool isWhole;

    private Shape WholeSize => trainer.Model.Inputs[0].Shape;

    /// <summary>Whether the next epoch is measured on images of the training's size.</summary>
    private bool IsSmaller => takesTrainingSize && trainedSize is { } size && size[0] <= WholeSize[0] && size[1] <= WholeSize[1];

    /// <summary>Takes the size of the images that the network is trained on from now on.</summary>
    /// <param name="epoch">The next epoch.</param>
    /// <param name="images">The size; null for that of the model.</param>
    /// <returns>A sentence about a size that has changed; null if it has not.</returns>
    public string? TrainOn(int epoch, Shape? images)
    {
        if (images == trainedSize) return null;
        trainedSize = images;
        var size = images ?? WholeSize;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"From epoch {epoch} on, the network is trained {(IsSmaller ? "and validated " : "")}on images of {size[0]} × {size[1]} pixels, as the "
                + $"augmentation gives them{(images is null ? "" : $"; the model takes {WholeSize[0]} × {WholeSize[1]}")}.");
    }

    /// <summary>Measures an epoch.</summary>
    public void Measure(TrainingProgress progress)
    {
        if (data is null) return;
        isWhole = !IsSmaller;
        var size = isWhole ? WholeSize : trainedSize!.Value;
        progress.ValidationSize = takesTrainingSize && size is { Rank: 3, IsOpen: false } ? (size[0], size[1]) : null;
        var result = Evaluate(progress, isAugmented: !isWhole);
        progress.History.Add("val_loss", result.Loss);
        foreach (var (name, value) in result.Metrics) progress.History.Add($"val_{name}", value);
    }

    /// <summary>
    /// Measures the model on whole images at the end, unless the last epoch was measured on them. In a training that is resumed after its last epoch it is not
    /// known, and measured.
    /// </summary>
    public void Finish(TrainingProgress progress)
    {
        if (!takesTrainingSize || progress.History.Epochs == 0 || isWhole) return;
        progress.History.AddFinal(
            Evaluate(progress, isAugmented: false),
            values => string.Create(CultureInfo.InvariantCulture, $"On images of {WholeSize[0]} × {WholeSize[1]} pixels, the model has{values} now."));
    }

    private Evaluation Evaluate(TrainingProgress progress, bool isAugmented)
    {
        var batchSize = Math.Max(arguments.BatchSize, trainer.Expected(data!).Size.BatchSizeOr(null));
        var evaluated = 0;
        Action<int>? whenRead = arguments.Report is { } report ? count => report.Validate(progress, evaluated += count, data!.KnownCount) : null;
        Evaluation result = null!;
        progress.Agreement.Together(() => result = trainer.Evaluate(data!, batchSize, arguments.CancellationToken, whenRead, isAugmented));
        return result;
    }
}
