namespace Fovea.Cli;

/// <summary>The last layer of a new classifier or regression network.</summary>
/// <param name="Outputs">The number of outputs.</param>
/// <param name="Activation">Their activation.</param>
internal sealed record NetworkHead(int Outputs, Activation Activation)
{
    /// <summary>One output for two classes, which is the probability of the second.</summary>
    public static NetworkHead Binary { get; } = new(1, Activation.Sigmoid);

    /// <summary>One probability for each class.</summary>
    public static NetworkHead OfClasses(int classes) => new(classes, Activation.Softmax);

    /// <summary>One sigmoid for two classes, or a softmax over more, as in the book.</summary>
    public static NetworkHead AsInBook(int classes) => classes == 2 ? Binary : OfClasses(classes);

    public Dense CreateLayer() => new(Outputs, Activation);
}
