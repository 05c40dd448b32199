using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>A function applied to the output of a layer. Ready ones are static members; one of your own is a name and a function.</summary>
/// <param name="name">The name under which files know it.</param>
/// <param name="function">What it does, in the engine's ops.</param>
public sealed class Activation(string name, Func<Node, Node> function)
{
    /// <summary>x itself.</summary>
    public static Activation Linear { get; } = new("linear", x => x);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = new("relu", x => x.Relu());

    /// <summary>min(max(x, 0), 6), as in MobileNet.</summary>
    public static Activation Relu6 { get; } = new("relu6", x => x.Clip(0, 6));

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", x => x.Sigmoid());

    /// <summary>tanh x.</summary>
    public static Activation Tanh { get; } = new("tanh", x => x.Tanh());

    /// <summary>e^xᵢ / Σⱼ e^xⱼ over the innermost dimension: probabilities of classes.</summary>
    public static Activation Softmax { get; } = new("softmax", x => x.Softmax());

    /// <summary>The logarithm of the softmax.</summary>
    public static Activation LogSoftmax { get; } = new("log_softmax", x => x.LogSoftmax());

    /// <summary>ln(1 + eˣ).</summary>
    public static Activation Softplus { get; } = new("softplus", x => x.Softplus());

    private static readonly Dictionary<string, Activation> Known =
        new[] { Linear, Relu, Relu6, Sigmoid, Tanh, Softmax, LogSoftmax, Softplus }.ToDictionary(activation => activation.Name);

    /// <summary>The name under which files know it.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it is one of the ready ones, which files can name.</summary>
    internal bool IsKnown => Known.TryGetValue(Name, out var known) && known == this;

    /// <summary>Adds the function to a graph.</summary>
    public Node Apply(Node x) => function(x);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The ready activation of a name, as in files.</summary>
    /// <exception cref="ModelFormatException">There is none.</exception>
    internal static Activation FromName(string name) => Known.TryGetValue(name, out var activation)
        ? activation
        : throw new ModelFormatException($"the activation '{name}' is not known; known are {string.Join(", ", Known.Keys)}.");
}
