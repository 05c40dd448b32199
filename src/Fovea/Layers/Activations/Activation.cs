using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>
/// A function applied to the output of a layer. Ready ones are static members, with Keras' defaults; one of your own, or a ready one with other
/// arguments, is a name and a function: <c>new Activation("leaky", x => x.LeakyRelu(0.01f))</c>.
/// </summary>
/// <param name="name">The name under which it is listed.</param>
/// <param name="function">What it does, in the engine's ops.</param>
public sealed class Activation(string name, Func<Node, Node> function)
{
    private static readonly Dictionary<string, Activation> Known = [];

    /// <summary>Layers without weights, which Keras takes for activations too.</summary>
    private static readonly string[] Layers = ["ELU", "LeakyReLU", "ReLU", "Softmax", "ThresholdedReLU"];

    /// <summary>x itself.</summary>
    public static Activation Linear { get; } = Add("linear", x => x);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = Add("relu", x => x.Relu());

    /// <summary>min(max(x, 0), 6), as in MobileNet.</summary>
    public static Activation Relu6 { get; } = Add("relu6", x => x.Clip(0, 6));

    /// <summary>x above 0, x / 5 below.</summary>
    public static Activation LeakyRelu { get; } = Add("leaky_relu", x => x.LeakyRelu());

    /// <summary>x above 0, eˣ − 1 below: Clevert et al. 2016.</summary>
    public static Activation Elu { get; } = Add("elu", x => x.Elu());

    /// <summary>elu with the α and the scale that keep mean 0 and variance 1: Klambauer et al. 2017.</summary>
    public static Activation Selu { get; } = Add("selu", x => x.Selu());

    /// <summary>elu with α inside the exponential too; for the α of 1 that it has here they are the same.</summary>
    public static Activation Celu { get; } = Add("celu", x => x.Celu());

    /// <summary>x·Φ(x), Φ being the normal distribution's cumulative function: Hendrycks and Gimpel 2016. Not the approximation by a tangent.</summary>
    public static Activation Gelu { get; } = Add("gelu", x => x.Gelu());

    /// <summary>The approximation of gelu by a hyperbolic tangent, at most 5e-4 away from it. Keras' files have no name for it.</summary>
    public static Activation GeluTanh { get; } = new("gelu_tanh", x => x.Gelu(approximate: true));

    /// <summary>x·sigmoid(x), also called swish: Ramachandran et al. 2017.</summary>
    public static Activation Silu { get; } = Add("silu", x => x.Silu(), "swish");

    /// <summary>x·hard sigmoid(x), also called hard swish: Howard et al. 2019.</summary>
    public static Activation HardSilu { get; } = Add("hard_silu", x => x.HardSilu(), "hard_swish");

    /// <summary>x·tanh(softplus(x)): Misra 2019.</summary>
    public static Activation Mish { get; } = Add("mish", x => x.Mish());

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Activation Sigmoid { get; } = Add("sigmoid", x => x.Sigmoid());

    /// <summary>relu6(x + 3) / 6, as in Keras 3 (Keras 2 had another slope).</summary>
    public static Activation HardSigmoid { get; } = Add("hard_sigmoid", x => x.HardSigmoid());

    /// <summary>ln sigmoid(x).</summary>
    public static Activation LogSigmoid { get; } = Add("log_sigmoid", x => x.LogSigmoid());

    /// <summary>min(max((x + 1) / 2, 0), 1).</summary>
    public static Activation SparseSigmoid { get; } = Add("sparse_sigmoid", x => x.SparseSigmoid());

    /// <summary>tanh x.</summary>
    public static Activation Tanh { get; } = Add("tanh", x => x.Tanh());

    /// <summary>min(max(x, −1), 1).</summary>
    public static Activation HardTanh { get; } = Add("hard_tanh", x => x.HardTanh());

    /// <summary>x − tanh x.</summary>
    public static Activation TanhShrink { get; } = Add("tanh_shrink", x => x.TanhShrink());

    /// <summary>x where |x| is above ½, else 0.</summary>
    public static Activation HardShrink { get; } = Add("hard_shrink", x => x.HardShrink());

    /// <summary>x moved by ½ towards 0, and 0 where that is nearer.</summary>
    public static Activation SoftShrink { get; } = Add("soft_shrink", x => x.SoftShrink());

    /// <summary>ln(1 + eˣ).</summary>
    public static Activation Softplus { get; } = Add("softplus", x => x.Softplus());

    /// <summary>½ (x + √(x² + 4)): Barron 2021.</summary>
    public static Activation Squareplus { get; } = Add("squareplus", x => x.Squareplus());

    /// <summary>0 up to −1, ¼ (x + 1)² up to 1, then x.</summary>
    public static Activation SparsePlus { get; } = Add("sparse_plus", x => x.SparsePlus());

    /// <summary>x / (1 + |x|).</summary>
    public static Activation Softsign { get; } = Add("softsign", x => x.Softsign());

    /// <summary>eˣ.</summary>
    public static Activation Exponential { get; } = Add("exponential", x => x.Exp());

    /// <summary>e^xᵢ / Σⱼ e^xⱼ over the innermost dimension: probabilities of classes.</summary>
    public static Activation Softmax { get; } = Add("softmax", x => x.Softmax());

    /// <summary>The logarithm of the softmax.</summary>
    public static Activation LogSoftmax { get; } = Add("log_softmax", x => x.LogSoftmax());

    /// <summary>The first half of the innermost dimension times the sigmoid of the second, which halves it: Dauphin et al. 2017, eq. 1.</summary>
    public static Activation Glu { get; } = Add("glu", x => x.Glu(x.Shape.Rank - 1));

    /// <summary>Keras 2's hard sigmoid, 0.2 x + 0.5 between 0 and 1. Files by Keras 3 cannot name it.</summary>
    internal static Activation OlderHardSigmoid { get; } = new("hard_sigmoid of Keras 2", x => ((0.2f * x) + 0.5f).Clip(0, 1));

    /// <summary>The name under which files know it.</summary>
    public string Name { get; } = name.NotNull("Activation", nameof(name));

    /// <summary>Whether it is one of the ready ones, which files can name.</summary>
    internal bool IsKnown => Known.TryGetValue(Name, out var known) && known == this;

    /// <summary>Whether it is known to compute each number by itself.</summary>
    internal bool IsElementwise => (IsKnown || this == GeluTanh || this == OlderHardSigmoid) && Name is not ("softmax" or "log_softmax" or "glu");

    private Func<Node, Node> Function { get; } = function.NotNull("Activation", nameof(function));

    /// <summary>Adds the function to a graph.</summary>
    public Node Apply(Node x) => Function(x);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>For an activation that a file gives as a layer: that layer as Keras 3 writes it.</summary>
    internal JsonObject? LayerJson { get; private init; }

    /// <summary>The ready activation of a name, as in files.</summary>
    /// <exception cref="ModelFormatException">There is none.</exception>
    internal static Activation FromName(string name)
    {
        if (Known.TryGetValue(name, out var activation)) return activation;
        if (name == OlderHardSigmoid.Name) return OlderHardSigmoid;
        if (name == "softmax_v2") return Softmax;  // TensorFlow's function of that name
        if (Layers.Contains(name)) return FromLayer(name, []);
        throw new ModelFormatException($"the activation '{name}' is not known; {NearestNames.Of(name, Known.Keys)}.");
    }

    /// <summary>
    /// An activation of a file: a name, an object that has one (<c>{"class_name": "function", "config": "relu"}</c>), or a layer without weights
    /// (<c>{"class_name": "LeakyReLU", "config": {"alpha": 0.1}}</c>). Null for anything else.
    /// </summary>
    /// <exception cref="ModelFormatException">It is not known.</exception>
    internal static Activation? FromJson(JsonNode json)
    {
        if (JsonReading.AsText(json) is { } name) return FromFullName(name);
        if (json is not JsonObject described || described.TextOrNull("class_name") is not { } className) return null;
        if (described.TextOrNull("config") is { } function) return FromFullName(function);
        className = className[(className.LastIndexOf('>') + 1)..];
        var config = described.ObjectOrNull("config") ?? [];
        if (className == "Activation" && config["activation"] is { } inner && config.Count(entry => entry.Value is not null) <= 4) return FromJson(inner);
        if (!Layers.Contains(className))
            throw new ModelFormatException($"the activation is a layer of the class '{className}'; expected a name, or one of {string.Join(", ", Layers)}.");
        return FromLayer(className, config);
    }

    /// <summary>A registered activation of one's own, or what the name means without its package.</summary>
    private static Activation FromFullName(string full)
    {
        if (CustomObjects.FindActivation(full) is { } own) return own;
        var name = full[(full.LastIndexOf('>') + 1)..];
        if (name == full || Known.ContainsKey(name) || Layers.Contains(name)) return FromName(name);
        throw new ModelFormatException(
            $"the activation '{full}' is not known; if it is your own, call CustomObjects.Register(\"{full}\", activation) before loading.");
    }

    private static Activation FromLayer(string className, JsonObject described)
    {
        var config = new Config(className, described.TextOrNull("name") ?? SnakeCase.Of(className), described);
        var layer = LayerCatalog.Create(className, config);
        _ = LayerSettings.JudgeRest(config, className);
        var written = new JsonObject();
        layer.WriteConfig(new Config(className, config.Name, written));
        return new Activation(className, x => layer.TraceAll([x], new CallContext(training: false))[0])
        {
            LayerJson = new JsonObject { ["module"] = "keras.layers", ["class_name"] = className, ["config"] = written, ["registered_name"] = null },
        };
    }

    private static Activation Add(string name, Func<Node, Node> function, string? alias = null)
    {
        var activation = new Activation(name, function);
        Known.Add(name, activation);
        if (alias is not null) Known.Add(alias, activation);
        return activation;
    }
}
