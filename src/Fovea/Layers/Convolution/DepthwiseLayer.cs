namespace Fovea;

/// <summary>A layer that convolves each input channel separately: the depthwise and the separable convolutions.</summary>
public abstract class DepthwiseLayer : BiasedLayer
{
    private protected DepthwiseLayer(Activation? activation)
        : base(activation)
    {
    }

    /// <summary>The number of kernels, and so of depthwise output channels, per input channel; 1 by default.</summary>
    public int DepthMultiplier { get; init => field = value.AtLeast(1, ClassName, nameof(DepthMultiplier)); } = 1;

    /// <summary>The initializer of the depthwise kernel; <see cref="Initializer.GlorotUniform"/> by default.</summary>
    public Initializer DepthwiseInitializer
    {
        get => Depthwise.Initializer;
        init => Depthwise = Depthwise with { Initializer = value.NotNull(ClassName, nameof(DepthwiseInitializer)) };
    }

    /// <summary>The penalty on the depthwise kernel that is added to the loss; none by default.</summary>
    public Regularizer? DepthwiseRegularizer { get => Depthwise.Regularizer; init => Depthwise = Depthwise with { Regularizer = value }; }

    /// <summary>The constraint applied to the depthwise kernel after each training step; none by default.</summary>
    public Constraint? DepthwiseConstraint { get => Depthwise.Constraint; init => Depthwise = Depthwise with { Constraint = value }; }

    private protected WeightSpec Depthwise { get; init; } = WeightSpec.Depthwise;
}
