namespace Fovea;

/// <summary>A layer with one kernel and a bias: <see cref="Dense"/>, <see cref="Conv1D"/>, <see cref="Conv2D"/> and <see cref="Conv2DTranspose"/>.</summary>
public abstract class KernelLayer : BiasedLayer
{
    private protected KernelLayer(Activation? activation)
        : base(activation)
    {
    }

    /// <summary>The initializer of the kernel; <see cref="Initializer.GlorotUniform"/> by default.</summary>
    public Initializer KernelInitializer
    {
        get => Kernel.Initializer;
        init => Kernel = Kernel with { Initializer = value.NotNull(ClassName, nameof(KernelInitializer)) };
    }

    /// <summary>The penalty on the kernel that is added to the loss; none by default.</summary>
    public Regularizer? KernelRegularizer { get => Kernel.Regularizer; init => Kernel = Kernel with { Regularizer = value }; }

    /// <summary>The constraint applied to the kernel after each training step; none by default.</summary>
    public Constraint? KernelConstraint { get => Kernel.Constraint; init => Kernel = Kernel with { Constraint = value }; }

    private protected WeightSpec Kernel { get; init; } = WeightSpec.Kernel;
}
