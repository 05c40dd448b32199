namespace Fovea.Cli;

/// <summary>The networks that commands know by name, and the models in files.</summary>
internal static class Networks
{
    /// <summary>Whether the name is that of a network, not of a file.</summary>
    public static bool IsNamed(string name) => name is BookMnist.Name or BookCatsDogs.Name;

    /// <summary>Builds a named network with fresh weights.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">The seed of everything random in it.</param>
    /// <param name="classes">The number of classes; book-mnist always has ten.</param>
    /// <param name="augmentation">Whether images are varied at random in training; book-mnist never does so.</param>
    public static Model Create(string name, int seed, int classes = 2, bool augmentation = true) => name switch
    {
        BookMnist.Name => BookMnist.Create(seed),
        BookCatsDogs.Name => BookCatsDogs.Create(seed, classes, augmentation),
        _ => throw new CommandException($"expected the network {BookMnist.Name} or {BookCatsDogs.Name}; received '{name}'."),
    };

    /// <summary>Reads a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">The shape of one sample, for a model that leaves sizes open.</param>
    /// <exception cref="CommandException">The file does not exist.</exception>
    public static Model Load(string path, Shape? inputShape)
    {
        RequireFile(path);
        return inputShape is { } shape ? Model.Load(path, shape) : Model.Load(path);
    }

    /// <summary>Requires that a model file exists.</summary>
    /// <exception cref="CommandException">It does not.</exception>
    public static void RequireFile(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new CommandException($"'{path}' does not exist; expected a model file such as .keras, .h5 or .onnx.");
    }
}
