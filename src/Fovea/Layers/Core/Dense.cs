using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A fully connected layer: activation(x · kernel + bias) over the innermost dimension. <c>keras.layers.Dense</c>. The kernel has the shape (features, units).
/// Outer dimensions stay.
/// </summary>
/// <param name="units">The number of outputs, at least 1.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class Dense(int units, Activation? activation = null) : KernelLayer(activation)
{
    private Variable? kernel;

    /// <summary>The number of outputs.</summary>
    public int Units { get; } = units.AtLeast(1, nameof(Dense), nameof(units));

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank < 1) throw new ShapeException(Subject, "expected inputs of at least one dimension besides the batch; received (None).");
        kernel = AddWeight("kernel", [inputs[0][^1], Units], Kernel);
        AddBias(Units);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var features = kernel!.Shape[0];
        if (input.Shape[^1] != features)
            throw new ShapeException(Subject, $"the kernel {kernel.Shape} expects {features} features; the input {input.Shape} has {input.Shape[^1]}.");
        var x = input.Reshape([input.Shape.Count / features, features]).MatMul(context.Read(kernel));
        return Activation.Apply(AddBias(x, context).Reshape([.. input.Shape.Dimensions[..^1], Units]));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("units", Units);
        config.Set("activation", Activation);
        config.Set("use_bias", UseBias);
        config.SetWeights(Kernel, Bias);
    }

    internal static Dense FromConfig(Config config) => new(config.GetInt("units"), config.GetActivation("activation"))
    {
        UseBias = config.GetBool("use_bias", true),
        Kernel = config.GetWeight(WeightSpec.Kernel),
        Bias = config.GetWeight(WeightSpec.Bias),
    };
}
