namespace Fovea;

/// <summary>
/// Returns its input, in training too. The layer exists so that files with <c>keras.layers.RandomHeight</c> of Keras 2 and early Keras 3 load. Keras stretches
/// each batch to a random height in training, and a <see cref="Resizing"/> layer restores the size afterwards. In Fovea sizes are fixed.
/// </summary>
/// <param name="factor">The change as a fraction of the height, as in Keras: one number, or a lower and an upper bound. It has no effect; Fovea keeps it for
/// saving.</param>
public sealed class RandomHeight(params double[] factor) : ImageAugmentation
{
    /// <summary>The change as a fraction of the height, as in Keras.</summary>
    public IReadOnlyList<double> Factor { get; } = RandomSize.Checked(factor, nameof(RandomHeight));

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context) => nodes;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => RandomSize.Write(config, Factor);

    internal static RandomHeight FromConfig(Config config) => new(RandomSize.Read(config));
}
