using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Multiplies each channel (the innermost dimension) by a learned factor, which begins small, so that a residual block begins as its shortcut (Touvron et al.
/// 2021, eq. 4). It is the layer of that name in Keras' ConvNeXt.
/// </summary>
/// <param name="initialValue">The first value of all factors; Keras' <c>init_values</c>.</param>
public sealed class LayerScale(double initialValue = 1e-6) : Layer
{
    private Variable? gamma;
    private int? expected;

    /// <summary>The first value of all factors.</summary>
    public double InitialValue { get; } = initialValue.Finite(nameof(LayerScale), nameof(initialValue));

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        var channels = inputs[0].Rank == 0 ? 1 : inputs[0][^1];
        if (expected is { } said && said != channels)
            throw new ShapeException(Subject, $"expected {said} channels; received {SymbolicTensor.Print(inputs[0])}.");
        expected = channels;
        gamma = AddWeight("gamma", [channels], new ConstantInitializer((float)InitialValue));
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) => input * context.Read(gamma!);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("init_values", InitialValue);
        if (expected is { } channels) config.Set("projection_dim", channels);
        else config.SetNull("projection_dim");
    }

    internal static LayerScale FromConfig(Config config) => new(config.GetDouble("init_values", 1e-6))
    {
        expected = config.GetOptionalInt("projection_dim"),
    };
}
