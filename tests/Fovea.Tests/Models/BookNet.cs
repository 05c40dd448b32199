namespace Fovea.Tests.Models;

/// <summary>The convnet of "Deep Learning with Python" (Chollet 2021, listing 8.1), with a hidden layer of 64.</summary>
internal static class BookNet
{
    public static Sequential Create() => new()
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
