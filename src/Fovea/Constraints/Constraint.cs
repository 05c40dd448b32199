using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A constraint applied to a weight after each training step: <c>new Dense(64) { KernelConstraint = new MaxNorm(2) }</c>. A custom constraint overrides
/// <see cref="Apply"/>, or is a function: <c>Constraint.Create(w => w.Clip(-1, 1))</c>.
/// </summary>
public abstract record Constraint : IConfigurable
{
    /// <summary>Computes the constrained weight, of the same shape, from the weight after the optimizer's step.</summary>
    public abstract Node Apply(Node weight);

    /// <summary>Creates a constraint from a function. It cannot be saved; a custom class can, see <see cref="CustomObjects"/>.</summary>
    public static Constraint Create(Func<Node, Node> apply) => new FunctionConstraint(apply.NotNull("Constraint", nameof(apply)));

    /// <summary>
    /// Writes the settings of the constraint for the factory that is registered for its class (<see cref="CustomObjects"/>):
    /// <c>config.Set("limit", Limit)</c>.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>The name of the class in Keras.</summary>
    private protected virtual string ClassName => GetType().Name;

    string IConfigurable.ClassName => ClassName;

    void IConfigurable.WriteSettings(Config config) => WriteConfig(config);

    private sealed record FunctionConstraint(Func<Node, Node> Function) : Constraint
    {
        private protected override string ClassName => "MyConstraint";

        public override Node Apply(Node weight) => Function(weight);
    }
}
