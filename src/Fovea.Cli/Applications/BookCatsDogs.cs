namespace Fovea.Cli;

/// <summary>
/// The convnet for cats and dogs of Chollet, "Deep Learning with Python", listing 5.5, with the dropout and the augmentation of listing 5.13.
/// Rescaling and augmentation are layers, as in the book's second edition, listing 8.14 to 8.16.
/// </summary>
internal static class BookCatsDogs
{
    public const string Name = "book-catsdogs";

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="seed">The seed of its weights, its dropout and its augmentation.</param>
    /// <param name="classes">The number of classes: two share one sigmoid output, more have a softmax output each.</param>
    /// <param name="augmentation">Whether images are varied at random in training.</param>
    public static Sequential Create(long seed, int classes = 2, bool augmentation = true)
    {
        var model = new Sequential(Name, seed) { new Input(150, 150, 3) };
        if (augmentation)
        {
            foreach (var layer in Augmentation()) model.Add(layer);
        }

        model.Add(new Rescaling(1.0 / 255));
        foreach (var filters in (int[])[32, 64, 128, 128])
        {
            model.Add(new Conv2D(filters, 3, activation: Activation.Relu));
            model.Add(new MaxPooling2D(2));
        }

        model.Add(new Flatten());
        model.Add(new Dropout(0.5));
        model.Add(new Dense(512, Activation.Relu));
        model.Add(classes == 2 ? new Dense(1, Activation.Sigmoid) : new Dense(classes, Activation.Softmax));
        return model;
    }

    /// <summary>
    /// The augmentation of listing 5.11 without its shear: horizontal flips, rotations by up to a tenth of a circle, shifts and zooms by up to a fifth.
    /// </summary>
    public static Layer[] Augmentation() =>
        [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomTranslation(0.2, 0.2), new RandomZoom(0.2)];
}
