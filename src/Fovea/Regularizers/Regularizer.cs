using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A penalty on a weight, or on what a layer gives, that is added to the loss, in training and in evaluation: <c>new Dense(64) { KernelRegularizer = new
/// L2(1e-4f) }</c>. One of your own overrides <see cref="Penalty"/>, or is a function: <c>Regularizer.Create(w => 0.01f * w.Abs().Sum())</c>.
/// A weight that is not trained has no penalty, as in Keras.
/// </summary>
public abstract record Regularizer
{
    /// <summary>The penalty, a scalar, in the engine's ops.</summary>
    public abstract Node Penalty(Node x);

    /// <summary>A regularizer of one's own in a line. It cannot be saved; a class of one's own can, see <see cref="CustomObjects"/>.</summary>
    public static Regularizer Create(Func<Node, Node> penalty) => new FunctionRegularizer(penalty.NotNull("Regularizer", nameof(penalty)));

    /// <summary>
    /// Writes the settings of a regularizer of your own, as those of a layer, so that a saved one can be made again by the factory that
    /// <see cref="CustomObjects.Register{T}(string, Func{Config, T})"/> knows. Ready ones do not call it.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>The class in Keras and its configuration; <see langword="null"/> for one's own.</summary>
    private protected virtual (string ClassName, JsonObject Config)? Describe() => null;

    internal JsonObject ToJson(string subject) =>
        CustomObjects.NameOf(this) is { } name
            ? KerasPart.OwnToJson(name, Write(subject))
            : KerasPart.ToJson(
                "keras.regularizers", Describe()
                ?? throw CustomObjects.Refusal(subject, "a regularizer", this is FunctionRegularizer ? "OwnRegularizer" : GetType().Name));

    private JsonObject Write(string subject)
    {
        var config = new Config(GetType().Name, subject, []);
        WriteConfig(config);
        return config.Json;
    }

    private sealed record FunctionRegularizer(Func<Node, Node> Function) : Regularizer
    {
        public override Node Penalty(Node x) => Function(x);
    }
}
