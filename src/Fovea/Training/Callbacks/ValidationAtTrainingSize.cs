namespace Fovea;

/// <summary>
/// Validates on images of the size that the augmentation gives the training images, while that is smaller than the model's input. It takes as much less time,
/// and the statistics of batch normalizations, which are those of the training images, suit them: the curve has fewer jags.
/// </summary>
/// <remarks>
/// <code>
/// model.Augmentation = new RandomGeometry(size: 96);
/// model.Fit(train, epochs: 60, validation: validation, callbacks: [new ValidationAtTrainingSize()]);
/// </code>
/// Validation images are changed as <see cref="Model.Augmentation"/> changes images in inference: <see cref="RandomGeometry"/>, for example, resizes their
/// largest part with the aspect ratio of the output. At the end the model is measured on the whole images (<see cref="History.Final"/>), unless the last epoch
/// was. <see cref="ModelCheckpoint"/>, <see cref="EarlyStopping"/> and <see cref="ReduceLearningRateOnPlateau"/> compare only epochs of the same size: with
/// another size the search for the best epoch begins again.
/// </remarks>
public sealed class ValidationAtTrainingSize : Callback
{
    internal override bool ActsOnBatches => false;
}
