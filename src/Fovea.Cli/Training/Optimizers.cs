namespace Fovea.Cli;

/// <summary>The optimizers that have a name on the command line.</summary>
internal static class Optimizers
{
    public const string Default = "rmsprop";

    public static IReadOnlyList<string> Names { get; } = [Default, "adam", "sgd", "adamw", "adamax", "nadam", "adagrad", "adadelta", "lion", "ftrl"];

    /// <summary>Makes an optimizer with the learning rate given, or Keras' default.</summary>
    public static Optimizer Create(string name, double? learningRate) => Create(name, learningRate is { } rate ? (LearningRateSchedule)(float)rate : null);

    private static Optimizer Create(string name, LearningRateSchedule? learningRate) => name switch
    {
        Default => new RmsProp(learningRate),
        "adam" => new Adam(learningRate),
        "sgd" => new Sgd(learningRate),
        "adamw" => new AdamW(learningRate),
        "adamax" => new Adamax(learningRate),
        "nadam" => new Nadam(learningRate),
        "adagrad" => new Adagrad(learningRate),
        "adadelta" => new Adadelta(learningRate),
        "lion" => new Lion(learningRate),
        "ftrl" => new Ftrl(learningRate),
        _ => throw new CommandException($"--optimizer: expected one of {string.Join(", ", Names)}; received '{name}'."),
    };
}
