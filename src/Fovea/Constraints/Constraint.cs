using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea;

/// <summary>
/// What a weight is made to be after each step of training: <c>new Dense(64) { KernelConstraint = new MaxNorm(2) }</c>. One of your own overrides
/// <see cref="Apply"/>, or is a function: <c>Constraint.Create(w => w.Clip(-1, 1))</c>.
/// </summary>
public abstract record Constraint
{
    /// <summary>The weight's new value from what the optimizer made of it, in the engine's ops and of the same shape.</summary>
    public abstract Node Apply(Node weight);

    /// <summary>A constraint of one's own in a line. It cannot be saved; a class of one's own can, see <see cref="CustomObjects"/>.</summary>
    public static Constraint Create(Func<Node, Node> apply) => new FunctionConstraint(apply.NotNull("Constraint", nameof(apply)));

    /// <summary>
    /// Writes the settings of a constraint of your own, as those of a layer, so that a saved one can be made again by the factory that
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
                "keras.constraints", Describe()
                ?? throw CustomObjects.Refusal(subject, "a constraint", this is FunctionConstraint ? "OwnConstraint" : GetType().Name));

    private JsonObject Write(string subject)
    {
        var config = new Config(GetType().Name, subject, []);
        WriteConfig(config);
        return config.Json;
    }

    private sealed record FunctionConstraint(Func<Node, Node> Function) : Constraint
    {
        public override Node Apply(Node weight) => Function(weight);
    }
}
