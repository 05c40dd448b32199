namespace Fovea.PublicApi.Tests;

/// <summary>The code of README.md, word for word; <see cref="ReadmeTests"/> compares and runs it.</summary>
internal static class ReadmeSample
{
    public static History Run()
    {
        // <sample>
        var train = new DrawnDigits(10_000, seed: 1);   // or: var (train, test) = Mnist.Load(folder);
        var test = new DrawnDigits(1_000, seed: 2);

        var model = new Sequential
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
        Console.WriteLine(model.Summary());

        model.Compile(new RmsProp(1e-3), Loss.SparseCategoricalCrossentropy, new Accuracy());
        History history = model.Fit(train, epochs: 2, batchSize: 64, validation: test);
        Console.WriteLine($"accuracy on digits it has not seen: {history["val_accuracy"][^1]:P1}");

        model.Save("digits.keras");                      // Keras reads this file
        Model again = Model.Load("digits.keras");        // and Fovea reads Keras' files
        // </sample>
        Assert.Equal(93_322, again.Parameters);
        return history;
    }
}
