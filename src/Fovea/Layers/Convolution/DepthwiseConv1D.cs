using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A convolution of each channel by itself, with <see cref="DepthMultiplier"/> kernels for each: what a network sees where, without mixing
/// channels, which a <see cref="Conv1D"/> of length 1 does afterwards; <c>keras.layers.DepthwiseConv1D</c>.
/// </summary>
/// <param name="kernelSize">The length of the kernels, in steps.</param>
/// <param name="strides">How far the kernels move from one output to the next; 1 by default.</param>
/// <param name="padding">Whether the border is filled with zeros so that the length stays.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class DepthwiseConv1D(int kernelSize, int strides = 1, Padding padding = Padding.Valid, Activation? activation = null) : Layer
{
    private Variable? kernel;
    private Variable? bias;

    /// <summary>The length of the kernels.</summary>
    public int KernelSize { get; } = kernelSize.AtLeast(1, "DepthwiseConv1D", nameof(kernelSize));

    /// <summary>How far the kernels move.</summary>
    public int Strides { get; } = strides.AtLeast(1, "DepthwiseConv1D", nameof(strides));

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; } = padding.Defined("DepthwiseConv1D", nameof(padding));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>How many kernels, and so output channels, each input channel has.</summary>
    public int DepthMultiplier { get; init => field = value.AtLeast(1, "DepthwiseConv1D", nameof(DepthMultiplier)); } = 1;

    /// <summary>How many steps lie between the kernel's elements, plus one.</summary>
    public int DilationRate { get; init => field = value.AtLeast(1, "DepthwiseConv1D", nameof(DilationRate)); } = 1;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel starts.</summary>
    public Initializer DepthwiseInitializer { get; init => field = value.NotNull("DepthwiseConv1D", nameof(DepthwiseInitializer)); } =
        Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("DepthwiseConv1D", nameof(BiasInitializer)); } = Initializer.Zeros;

    /// <summary>A penalty on the depthwise kernel that is added to the loss; none by default.</summary>
    public Regularizer? DepthwiseRegularizer { get; init; }

    /// <summary>What the depthwise kernel is made to be after each step of training; nothing by default.</summary>
    public Constraint? DepthwiseConstraint { get; init; }

    /// <summary>A penalty on the bias that is added to the loss; none by default.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>What the bias is made to be after each step of training; nothing by default.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireSequences(inputs[0]);
        kernel =
            AddWeight(
            "kernel", [KernelSize, inputs[0][1], DepthMultiplier], DepthwiseInitializer, regularizer: DepthwiseRegularizer, constraint: DepthwiseConstraint);
        if (UseBias) bias = AddWeight("bias", [inputs[0][1] * DepthMultiplier], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsRows(input, image =>
        {
            var x = image.DepthwiseConv2D(Sequences.AsRow(context.Read(kernel!)), (1, Strides), (1, DilationRate), Padding);
            return Activation.Apply(bias is null ? x : x + context.Read(bias));
        });
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.SetOne("kernel_size", KernelSize);
        config.SetOne("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.SetOne("dilation_rate", DilationRate);
        config.Set("activation", Activation);
        config.Set("use_bias", UseBias);
        config.Set("depthwise_initializer", DepthwiseInitializer);
        config.Set("bias_initializer", BiasInitializer);
        config.Set("depthwise_regularizer", DepthwiseRegularizer);
        config.Set("bias_regularizer", BiasRegularizer);
        config.Set("activity_regularizer", ActivityRegularizer);
        config.Set("depthwise_constraint", DepthwiseConstraint);
        config.Set("bias_constraint", BiasConstraint);
    }

    internal static DepthwiseConv1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new DepthwiseConv1D(config.GetOne("kernel_size"), config.GetOne("strides", 1), config.GetPadding("padding"), config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetOne("dilation_rate", 1),
            UseBias = config.GetBool("use_bias", true),
            DepthwiseInitializer = config.GetInitializer("depthwise_initializer", Initializer.GlorotUniform),
            BiasInitializer = config.GetInitializer("bias_initializer", Initializer.Zeros),
            DepthwiseRegularizer = config.GetRegularizer("depthwise_regularizer"),
            DepthwiseConstraint = config.GetConstraint("depthwise_constraint"),
            BiasRegularizer = config.GetRegularizer("bias_regularizer"),
            BiasConstraint = config.GetConstraint("bias_constraint"),
        };
    }
}
