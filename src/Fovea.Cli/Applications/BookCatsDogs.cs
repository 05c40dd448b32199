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
    /// <param name="head">The last layer.</param>
    /// <param name="augmentation">The layers that vary images at random in training; none for no augmentation.</param>
    public static Sequential Create(long seed, NetworkHead head, IReadOnlyList<Layer> augmentation)
    {
        var model = new Sequential(Name, seed) { new Input(150, 150, 3) };
        foreach (var layer in augmentation) model.Add(layer);
        model.Add(new Rescaling(1.0 / 255));
        foreach (var filters in (int[])[32, 64, 128, 128])
        {
            model.Add(new Conv2D(filters, 3, activation: Activation.Relu));
            model.Add(new MaxPooling2D(2));
        }

        model.Add(new Flatten());
        model.Add(new Dropout(0.5));
        model.Add(new Dense(512, Activation.Relu));
        model.Add(head.CreateLayer());
        return model;
    }

    /// <summary>
    /// The augmentation of listing 5.11 without its shear: horizontal flips, rotations by up to a tenth of a circle, shifts and zooms by up to a fifth.
    /// </summary>
    public static Layer[] Augmentation() =>
        [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomTranslation(0.2, 0.2), new RandomZoom(0.2)];
}
