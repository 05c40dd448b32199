namespace Fovea;

/// <summary>A matrix with <paramref name="Gain"/> on the diagonal and 0 elsewhere; <c>keras.initializers.Identity</c>.</summary>
/// <param name="Gain">The value on the diagonal.</param>
public sealed record IdentityInitializer(double Gain = 1) : Initializer
{
    /// <summary>The value on the diagonal.</summary>
    public double Gain { get; } = Gain.Finite("IdentityInitializer", "gain");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The weight is not a matrix.</exception>
    public override void Fill(Span<float> values, Shape shape, long seed)
    {
        if (shape.Rank != 2) throw new ShapeException("IdentityInitializer", $"expected a weight of two dimensions; received {shape}.");
        for (var i = 0; i < values.Length; i++) values[i] = i / shape[1] == i % shape[1] ? (float)Gain : 0;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("gain", Gain);
    }

    private protected override string ClassName => "Identity";

    internal static IdentityInitializer FromConfig(Config config) => new(config.GetFloat("gain", 1));
}
