using Fovea.Engine;

namespace Fovea;

/// <summary>A layer that computes activation(f(x) + bias) with a linear function f: <see cref="Dense"/> and the convolutions.</summary>
public abstract class BiasedLayer : Layer
{
    private Variable? bias;

    private protected BiasedLayer(Activation? activation) => Activation = activation ?? Activation.Linear;

    /// <summary>The activation that is applied to the outputs; <see cref="Activation.Linear"/> by default.</summary>
    public Activation Activation { get; }

    /// <summary>Whether a bias is added, one value per output channel.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>The initializer of the bias; zeros by default.</summary>
    public Initializer BiasInitializer
    {
        get => Bias.Initializer;
        init => Bias = Bias with { Initializer = value.NotNull(ClassName, nameof(BiasInitializer)) };
    }

    /// <summary>The penalty on the bias that is added to the loss; none by default.</summary>
    public Regularizer? BiasRegularizer { get => Bias.Regularizer; init => Bias = Bias with { Regularizer = value }; }

    /// <summary>The constraint applied to the bias after each training step; none by default.</summary>
    public Constraint? BiasConstraint { get => Bias.Constraint; init => Bias = Bias with { Constraint = value }; }

    private protected WeightSpec Bias { get; init; } = WeightSpec.Bias;

    /// <summary>Adds the bias as the layer's last weight, if it has one.</summary>
    private protected void AddBias(int channels)
    {
        if (UseBias) bias = AddWeight("bias", [channels], Bias);
    }

    /// <summary>Adds the bias to the value of the linear function and applies the activation.</summary>
    private protected Node Activate(Node x, CallContext context) => Activation.Apply(AddBias(x, context));

    private protected Node AddBias(Node x, CallContext context) => bias is null ? x : x + context.Read(bias);

    /// <summary>Writes activation and weights in the order of Keras' convolutions, which name the penalty on their output even where there is none.</summary>
    private protected void WriteConvolution(Config config, params ReadOnlySpan<WeightSpec> kernels)
    {
        WeightSpec[] weights = [.. kernels, Bias];
        config.Set("activation", Activation);
        config.Set("use_bias", UseBias);
        config.SetInitializers(weights);
        config.SetRegularizers(weights);
        config.Set("activity_regularizer", ActivityRegularizer);
        config.SetConstraints(weights);
    }
}
