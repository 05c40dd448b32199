using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A penalty on a weight, or on what a layer gives, that is added to the loss, in training and in evaluation: <c>new Dense(64) { KernelRegularizer = new
/// L2(1e-4f) }</c>. One of your own overrides <see cref="Penalty"/>, or is a function: <c>Regularizer.Create(w => 0.01f * w.Abs().Sum())</c>.
/// A weight that is not trained has no penalty, as in Keras.
/// </summary>
public abstract record Regularizer : IConfigurable
{
    /// <summary>The penalty, a scalar, in the engine's ops.</summary>
    public abstract Node Penalty(Node x);

    /// <summary>A regularizer of one's own in a line. It cannot be saved; a class of one's own can, see <see cref="CustomObjects"/>.</summary>
    public static Regularizer Create(Func<Node, Node> penalty) => new FunctionRegularizer(penalty.NotNull("Regularizer", nameof(penalty)));

    /// <summary>
    /// Writes the settings of the regularizer, so that the factory of its class can read them: <c>config.Set("limit", Limit)</c>. Custom regularizers are saved by
    /// the name that <see cref="CustomObjects"/> knows them by.
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
