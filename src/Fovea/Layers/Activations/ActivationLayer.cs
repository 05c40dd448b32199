using Fovea.Engine;

namespace Fovea;

/// <summary>Applies an activation to every element, or for softmax to every row. <c>keras.layers.Activation</c>.</summary>
/// <param name="activation">The activation.</param>
public sealed class ActivationLayer(Activation activation) : Layer
{
    /// <summary>The activation.</summary>
    public Activation Activation { get; } = activation.NotNull("Activation", nameof(activation));

    /// <inheritdoc/>
    public override string ClassName => "Activation";

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => Activation.Apply(input);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("activation", Activation);

    internal static ActivationLayer FromConfig(Config config) => new(config.GetActivation("activation"));
}
