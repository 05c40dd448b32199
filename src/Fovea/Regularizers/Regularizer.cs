using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A penalty on a weight or on the output of a layer. It is added to the loss in training and in evaluation:
/// <c>new Dense(64) { KernelRegularizer = new L2(1e-4) }</c>. A custom regularizer overrides <see cref="Penalty"/>, or is a function:
/// <c>Regularizer.Create(w => 0.01f * w.Abs().Sum())</c>. A weight that is not trained has no penalty, as in Keras.
/// </summary>
public abstract record Regularizer : IConfigurable
{
    /// <summary>Computes the penalty, a scalar, with the ops of the engine.</summary>
    public abstract Node Penalty(Node x);

    /// <summary>Creates a regularizer from a function. It cannot be saved; a custom class can, see <see cref="CustomObjects"/>.</summary>
    public static Regularizer Create(Func<Node, Node> penalty) => new FunctionRegularizer(penalty.NotNull("Regularizer", nameof(penalty)));

    /// <summary>
    /// Writes the settings of the regularizer for the factory that is registered for its class (<see cref="CustomObjects"/>):
    /// <c>config.Set("factor", Factor)</c>.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>The name of the class in Keras.</summary>
    private protected virtual string ClassName => GetType().Name;

    string IConfigurable.ClassName => ClassName;

    void IConfigurable.WriteSettings(Config config) => WriteConfig(config);

    private sealed record FunctionRegularizer(Func<Node, Node> Function) : Regularizer
    {
        private protected override string ClassName => "MyRegularizer";

        public override Node Penalty(Node x) => Function(x);
    }
}
