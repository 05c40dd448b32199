namespace Fovea;

/// <summary>The counterpart of <see cref="RandomHeight"/> for the width. <c>keras.layers.RandomWidth</c>.</summary>
/// <param name="factor">The change as a fraction of the width, as in Keras: one number, or a lower and an upper bound. It has no effect; Fovea keeps it for
/// saving.</param>
public sealed class RandomWidth(params double[] factor) : ImageAugmentation
{
    /// <summary>The change as a fraction of the width, as in Keras.</summary>
    public IReadOnlyList<double> Factor { get; } = RandomSize.Checked(factor, nameof(RandomWidth));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) => nodes;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => RandomSize.Write(config, Factor);

    internal static RandomWidth FromConfig(Config config) => new(RandomSize.Read(config));
}
