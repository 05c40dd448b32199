using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>x above 0, α (eˣ − 1) below; <c>keras.layers.ELU</c>; Clevert et al. 2016, eq. 15.</summary>
/// <param name="alpha">What outputs go to far below 0, without its sign.</param>
public sealed class ELU(double alpha = 1) : Layer
{
    /// <summary>What outputs go to far below 0, without its sign.</summary>
    public float Alpha { get; } = alpha.Finite("ELU", nameof(alpha));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Elu(Alpha);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("alpha", Alpha);

    internal static ELU FromConfig(Config config) => new(config.GetFloat("alpha", 1));
}
