namespace Fovea.Cli;

/// <summary>The networks that have a name on the command line.</summary>
internal static class Networks
{
    public const string BookMnist = "book-mnist";

    /// <summary>The convnet for digits of Chollet, "Deep Learning with Python", listing 5.1 to 5.2.</summary>
    public static Model Create(string name, int seed) => name == BookMnist
        ? new Sequential(BookMnist, (ulong)seed)
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
        }
        : throw new CommandException($"expected the network {BookMnist}; received '{name}'.");

    /// <summary>Reads a model file, with errors that name it.</summary>
    public static Model Load(string path)
    {
        if (Directory.Exists(path)) throw new CommandException($"'{path}' is a folder; expected a model file (.keras or .h5).");
        if (!File.Exists(path)) throw new CommandException($"'{path}' does not exist; expected a model file (.keras or .h5).");
        return Model.Load(path);
    }
}
