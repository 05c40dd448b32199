using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Keras 2's and early Keras 3's stretching of a batch to another height in training, <c>keras.layers.RandomHeight</c>, as files have it. Images keep their
/// size in a
/// Fovea graph, and the <see cref="Resizing"/> that has to follow it in Keras takes the stretch back: so it passes images on as they are, in
/// training too.
/// </summary>
/// <param name="factor">By how much, as Keras says it: a fraction of the height, or a lower and an upper one.</param>
public sealed class RandomHeight(params IReadOnlyList<float> factor) : Layer
{
    /// <summary>By how much, as Keras says it.</summary>
    public IReadOnlyList<float> Factor { get; } = RandomSize.Checked(factor, nameof(RandomHeight));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    public override bool IsPreprocessing => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input;

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => RandomSize.Write(config, Factor);

    internal static RandomHeight FromConfig(Config config) => new(RandomSize.Read(config));
}
