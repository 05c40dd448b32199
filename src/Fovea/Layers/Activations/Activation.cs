using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A function applied to the output of a layer. Ready activations are static members with Keras' defaults. A custom one, or a ready one with other arguments,
/// is a name and a function: <c>new Activation("leaky", x => x.LeakyRelu(0.01f))</c>.
/// </summary>
/// <param name="name">Its name in summaries.</param>
/// <param name="function">The function, written with the ops of the engine.</param>
public sealed class Activation(string name, Func<Node, Node> function) : IConfigurable
{
    /// <summary>x itself.</summary>
    public static Activation Linear { get; } = new("linear", x => x);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = new("relu", x => x.Relu());

    /// <summary>min(max(x, 0), 6), as in MobileNet.</summary>
    public static Activation Relu6 { get; } = new("relu6", x => x.Clip(0, 6));

    /// <summary>x above 0, x / 5 below.</summary>
    public static Activation LeakyRelu { get; } = new("leaky_relu", x => x.LeakyRelu());

    /// <summary>x above 0, eˣ − 1 below: Clevert et al. 2016.</summary>
    public static Activation Elu { get; } = new("elu", x => x.Elu());

    /// <summary>elu with the α and the scale that keep mean 0 and variance 1: Klambauer et al. 2017.</summary>
    public static Activation Selu { get; } = new("selu", x => x.Selu());

    /// <summary>elu with α inside the exponential; equal to elu for the default α of 1.</summary>
    public static Activation Celu { get; } = new("celu", x => x.Celu());

    /// <summary>x·Φ(x) with the cumulative distribution function Φ of the normal distribution, exact: Hendrycks and Gimpel 2016.</summary>
    public static Activation Gelu { get; } = new("gelu", x => x.Gelu());

    /// <summary>The approximation of gelu by a hyperbolic tangent, with an error of at most 5e-4. Keras' files have no name for it.</summary>
    public static Activation GeluTanh { get; } = new("gelu_tanh", x => x.Gelu(approximate: true));

    /// <summary>x·sigmoid(x), also called swish: Ramachandran et al. 2017.</summary>
    public static Activation Silu { get; } = new("silu", x => x.Silu());

    /// <summary>x·hard sigmoid(x), also called hard swish: Howard et al. 2019.</summary>
    public static Activation HardSilu { get; } = new("hard_silu", x => x.HardSilu());

    /// <summary>x·tanh(softplus(x)): Misra 2019.</summary>
    public static Activation Mish { get; } = new("mish", x => x.Mish());

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Activation Sigmoid { get; } = new("sigmoid", x => x.Sigmoid());

    /// <summary>relu6(x + 3) / 6, as in Keras 3 (Keras 2 had another slope).</summary>
    public static Activation HardSigmoid { get; } = new("hard_sigmoid", x => x.HardSigmoid());

    /// <summary>ln sigmoid(x).</summary>
    public static Activation LogSigmoid { get; } = new("log_sigmoid", x => x.LogSigmoid());

    /// <summary>min(max((x + 1) / 2, 0), 1).</summary>
    public static Activation SparseSigmoid { get; } = new("sparse_sigmoid", x => x.SparseSigmoid());

    /// <summary>tanh x.</summary>
    public static Activation Tanh { get; } = new("tanh", x => x.Tanh());

    /// <summary>min(max(x, −1), 1).</summary>
    public static Activation HardTanh { get; } = new("hard_tanh", x => x.HardTanh());

    /// <summary>x − tanh x.</summary>
    public static Activation TanhShrink { get; } = new("tanh_shrink", x => x.TanhShrink());

    /// <summary>x if |x| is above ½, else 0.</summary>
    public static Activation HardShrink { get; } = new("hard_shrink", x => x.HardShrink());

    /// <summary>x moved by ½ towards 0; 0 if |x| is at most ½.</summary>
    public static Activation SoftShrink { get; } = new("soft_shrink", x => x.SoftShrink());

    /// <summary>ln(1 + eˣ).</summary>
    public static Activation Softplus { get; } = new("softplus", x => x.Softplus());

    /// <summary>½ (x + √(x² + 4)): Barron 2021.</summary>
    public static Activation Squareplus { get; } = new("squareplus", x => x.Squareplus());

    /// <summary>0 up to −1, ¼ (x + 1)² up to 1, then x.</summary>
    public static Activation SparsePlus { get; } = new("sparse_plus", x => x.SparsePlus());

    /// <summary>x / (1 + |x|).</summary>
    public static Activation Softsign { get; } = new("softsign", x => x.Softsign());

    /// <summary>eˣ.</summary>
    public static Activation Exponential { get; } = new("exponential", x => x.Exp());

    /// <summary>e^xᵢ / Σⱼ e^xⱼ over the innermost dimension: probabilities of classes.</summary>
    public static Activation Softmax { get; } = new("softmax", x => x.Softmax());

    /// <summary>The logarithm of the softmax.</summary>
    public static Activation LogSoftmax { get; } = new("log_softmax", x => x.LogSoftmax());

    /// <summary>The first half of the innermost dimension times the sigmoid of the second, which halves it: Dauphin et al. 2017, eq. 1.</summary>
    public static Activation Glu { get; } = new("glu", x => x.Glu(x.Shape.Rank - 1));

    /// <summary>Keras 2's hard sigmoid, 0.2 x + 0.5 between 0 and 1. Files by Keras 3 cannot name it.</summary>
    internal static Activation OlderHardSigmoid { get; } = new("hard_sigmoid of Keras 2", x => ((0.2f * x) + 0.5f).Clip(0, 1));

    /// <summary>The name, as in files.</summary>
    public string Name { get; } = name.NotNull("Activation", nameof(name));

    /// <summary>Whether the activation is a built-in one, which files can name.</summary>
    internal bool IsKnown => ActivationCatalog.IsReady(this);

    /// <summary>Whether the activation is known to be elementwise.</summary>
    internal bool IsElementwise => (IsKnown || this == GeluTanh || this == OlderHardSigmoid) && Name is not ("softmax" or "log_softmax" or "glu");

    private Func<Node, Node> Function { get; } = function.NotNull("Activation", nameof(function));

    /// <summary>Adds the function to a graph.</summary>
    public Node Apply(Node x) => Function(x);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The layer as Keras 3 writes it, for an activation that a file gives as a layer.</summary>
    internal JsonObject? LayerJson { get; init; }

    string IConfigurable.ClassName => Name;

    void IConfigurable.WriteSettings(Config config)
    {
    }
}
