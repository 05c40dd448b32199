using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The exponential linear unit: x above 0, α (eˣ − 1) below. <c>keras.layers.ELU</c>; Clevert et al. 2016, eq. 15. As a function it is
/// <see cref="Activation.Elu"/>.
/// </summary>
/// <param name="alpha">The absolute value of the limit of the output for x → −∞.</param>
public sealed class ELU(double alpha = 1) : Layer
{
    /// <summary>The absolute value of the limit of the output for x → −∞.</summary>
    public double Alpha { get; } = alpha.Finite(nameof(ELU), nameof(alpha));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input.Elu((float)Alpha);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("alpha", Alpha);

    internal static ELU FromConfig(Config config) => new(config.GetFloat("alpha", 1));
}
