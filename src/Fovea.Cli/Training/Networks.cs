namespace Fovea.Cli;

/// <summary>The networks that have a name on the command line, and those in files.</summary>
internal static class Networks
{
    public const string BookMnist = "book-mnist";
    public const string BookCatsDogs = "book-catsdogs";

    /// <summary>Whether this is the name of a network rather than of a file.</summary>
    public static bool IsNamed(string name) => name is BookMnist or BookCatsDogs;

    /// <summary>Makes a named network with fresh weights.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="seed">Where its randomness comes from.</param>
    /// <param name="classes">How many classes it tells apart; book-mnist always ten.</param>
    /// <param name="augmentation">Whether it varies the pictures in training; book-mnist never does.</param>
    public static Model Create(string name, int seed, int classes = 2, bool augmentation = true) => name switch
    {
        BookMnist => Digits(seed),
        BookCatsDogs => Pictures(seed, classes, augmentation),
        _ => throw new CommandException($"expected the network {BookMnist} or {BookCatsDogs}; received '{name}'."),
    };

    /// <summary>Reads a model file, with errors that name it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">The shape of one sample, where it was given.</param>
    public static Model Load(string path, Shape? inputShape)
    {
        RequireFile(path);
        return inputShape is { } shape ? Model.Load(path, shape) : Model.Load(path);
    }

    /// <summary>Demands that a model file is there.</summary>
    public static void RequireFile(string path)
    {
        if (Directory.Exists(path)) throw new CommandException($"'{path}' {ForeignFiles.DescribeFolder(path)["it ".Length..]}");
        if (!File.Exists(path)) throw new CommandException($"'{path}' does not exist; expected a model file such as .keras, .h5 or .onnx.");
    }

    /// <summary>
    /// How pictures are varied in training: flipped, turned by up to a tenth of a circle, moved and zoomed by up to a fifth; listing 5.11,
    /// its shear left out.
    /// </summary>
    public static Layer[] Augmentation() =>
        [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1f), new RandomTranslation(0.2f, 0.2f), new RandomZoom(0.2f)];

    /// <summary>The convnet for digits of Chollet, "Deep Learning with Python", listing 5.1 to 5.2.</summary>
    private static Sequential Digits(int seed) => new(BookMnist, (ulong)seed)
    {
        new Input(28, 28, 1),
        new Conv2D(32, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(64, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(64, 3, activation: Activation.Relu),
        new Flatten(),
        new Dense(64, Activation.Relu),
        new Dense(10, Activation.Softmax),
    };

    /// <summary>
    /// The convnet for cats and dogs of the same book, listing 5.5 and, with dropout and augmentation, 5.13; rescaling and augmentation
    /// are layers as in its second edition, listing 8.14 to 8.16. More classes than two get an output each.
    /// </summary>
    private static Sequential Pictures(int seed, int classes, bool augmentation)
    {
        var model = new Sequential(BookCatsDogs, (ulong)seed) { new Input(150, 150, 3) };
        if (augmentation)
        {
            foreach (var layer in Augmentation()) model.Add(layer);
        }

        model.Add(new Rescaling(1f / 255));
        foreach (var filters in (int[])[32, 64, 128, 128])
        {
            model.Add(new Conv2D(filters, 3, activation: Activation.Relu));
            model.Add(new MaxPooling2D(2));
        }

        model.Add(new Flatten());
        model.Add(new Dropout(0.5f));
        model.Add(new Dense(512, Activation.Relu));
        model.Add(classes == 2 ? new Dense(1, Activation.Sigmoid) : new Dense(classes, Activation.Softmax));
        return model;
    }
}
