using Fovea.Engine;

namespace Fovea;

/// <summary>The counterpart of <see cref="RandomHeight"/> for the width. <c>keras.layers.RandomWidth</c>.</summary>
/// <param name="factor">The change as a fraction of the width, as in Keras: one number, or a lower and an upper bound. It has no effect; Fovea keeps it for
/// saving.</param>
public sealed class RandomWidth(params double[] factor) : Layer
{
    /// <summary>The change as a fraction of the width, as in Keras.</summary>
    public IReadOnlyList<double> Factor { get; } = RandomSize.Checked(factor, nameof(RandomWidth));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => RandomSize.Write(config, Factor);

    internal static RandomWidth FromConfig(Config config) => new(RandomSize.Read(config));
}
