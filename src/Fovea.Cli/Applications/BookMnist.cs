namespace Fovea.Cli;

/// <summary>The convnet for digits of Chollet, "Deep Learning with Python", listing 5.1 to 5.2.</summary>
internal static class BookMnist
{
    public const string Name = "book-mnist";

    /// <summary>Builds the network with fresh weights; it distinguishes ten classes.</summary>
    public static Sequential Create(long seed) => new(Name, seed)
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
}
