using Fovea.Engine;

namespace Fovea;

/// <summary>
/// What a weight is made to be after each step of training: <c>new Dense(64) { KernelConstraint = new MaxNorm(2) }</c>. One of your own overrides
/// <see cref="Apply"/>, or is a function: <c>Constraint.Create(w => w.Clip(-1, 1))</c>.
/// </summary>
public abstract record Constraint : IConfigurable
{
    /// <summary>The weight's new value from what the optimizer made of it, in the engine's ops and of the same shape.</summary>
    public abstract Node Apply(Node weight);

    /// <summary>A constraint of one's own in a line. It cannot be saved; a class of one's own can, see <see cref="CustomObjects"/>.</summary>
    public static Constraint Create(Func<Node, Node> apply) => new FunctionConstraint(apply.NotNull("Constraint", nameof(apply)));

    /// <summary>
    /// Writes the settings of the constraint, so that the factory of its class can read them: <c>config.Set("limit", Limit)</c>. Custom constraints are saved by
    /// the name that <see cref="CustomObjects"/> knows them by.
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
