namespace Fovea.Cli;

/// <summary>The optimizers that have a name on the command line.</summary>
internal static class Optimizers
{
    public const string Default = "rmsprop";

    public static IReadOnlyList<string> Names { get; } = [Default, "adam", "sgd"];

    /// <summary>Makes an optimizer with the learning rate given, or Keras' default.</summary>
    public static Optimizer Create(string name, double? learningRate) => name switch
    {
        Default => new RmsProp((float)(learningRate ?? 1e-3)),
        "adam" => new Adam((float)(learningRate ?? 1e-3)),
        "sgd" => new Sgd((float)(learningRate ?? 1e-2)),
        _ => throw new CommandException($"--optimizer: expected one of {string.Join(", ", Names)}; received '{name}'."),
    };
}
