using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A fully connected layer: activation(x · kernel + bias) over the innermost dimension; <c>keras.layers.Dense</c>.
/// </summary>
/// <param name="units">How many outputs, at least 1.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class Dense(int units, Activation? activation = null) : Layer
{
    private Variable? kernel;
    private Variable? bias;

    /// <summary>How many outputs.</summary>
    public int Units { get; } = units.AtLeast(1, "Dense", nameof(units));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel starts.</summary>
    public Initializer KernelInitializer { get; init => field = value.NotNull("Dense", nameof(KernelInitializer)); } = Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("Dense", nameof(BiasInitializer)); } = Initializer.Zeros;

    /// <summary>A penalty on the kernel that is added to the loss; none by default.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>What the kernel is made to be after each step of training; nothing by default.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>A penalty on the bias that is added to the loss; none by default.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>What the bias is made to be after each step of training; nothing by default.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank < 1) throw new ShapeException(Subject, "expected inputs of at least one dimension beside the batch; received (None).");
        kernel = AddWeight("kernel", [inputs[0][^1], Units], KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        if (UseBias) bias = AddWeight("bias", [Units], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var features = kernel!.Shape[0];
        if (input.Shape[^1] != features)
            throw new ShapeException(Subject, $"the kernel {kernel.Shape} expects {features} features; the input {input.Shape} has {input.Shape[^1]}.");
        var x = input.Reshape([input.Shape.Count / features, features]).MatMul(context.Read(kernel));
        if (bias is not null) x += context.Read(bias);
        return Activation.Apply(x.Reshape([.. input.Shape.Dimensions[..^1], Units]));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("units", Units);
        config.Set("activation", Activation);
        config.Set("use_bias", UseBias);
        config.Set("kernel_initializer", KernelInitializer);
        config.Set("bias_initializer", BiasInitializer);
        config.Set("kernel_regularizer", KernelRegularizer);
        config.Set("bias_regularizer", BiasRegularizer);
        config.Set("kernel_constraint", KernelConstraint);
        config.Set("bias_constraint", BiasConstraint);
    }

    internal static Dense FromConfig(Config config) => new(config.GetInt("units"), config.GetActivation("activation"))
    {
        UseBias = config.GetBool("use_bias", true),
        KernelInitializer = config.GetInitializer("kernel_initializer", Initializer.GlorotUniform),
        BiasInitializer = config.GetInitializer("bias_initializer", Initializer.Zeros),
        KernelRegularizer = config.GetRegularizer("kernel_regularizer"),
        KernelConstraint = config.GetConstraint("kernel_constraint"),
        BiasRegularizer = config.GetRegularizer("bias_regularizer"),
        BiasConstraint = config.GetConstraint("bias_constraint"),
    };
}
