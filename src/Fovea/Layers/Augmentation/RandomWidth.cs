using Fovea.Engine;

namespace Fovea;

/// <summary><see cref="RandomHeight"/> for the width: <c>keras.layers.RandomWidth</c>.</summary>
/// <param name="factor">By how much, as Keras says it: a fraction of the width, or a lower and an upper one.</param>
public sealed class RandomWidth(params IReadOnlyList<float> factor) : Layer
{
    /// <summary>By how much, as Keras says it.</summary>
    public IReadOnlyList<float> Factor { get; } = RandomSize.Checked(factor, nameof(RandomWidth));

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
