using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A convolution of each channel by itself, with <see cref="DepthMultiplier"/> kernels for each: what a network sees where, without mixing
/// channels, which a 1×1 <see cref="Conv2D"/> does afterwards; <c>keras.layers.DepthwiseConv2D</c>.
/// </summary>
/// <param name="kernelSize">Height and width of the kernels, in pixels.</param>
/// <param name="strides">How far the kernels move from one output to the next; 1 by default.</param>
/// <param name="padding">Whether the border is filled with zeros so that the size stays.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class DepthwiseConv2D(Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null) : Layer
{
    private Variable? kernel;
    private Variable? bias;

    /// <summary>Height and width of the kernels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne("DepthwiseConv2D", nameof(kernelSize));

    /// <summary>How far the kernels move.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne("DepthwiseConv2D", nameof(strides));

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; } = padding.Defined("DepthwiseConv2D", nameof(padding));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>How many kernels, and so output channels, each input channel has.</summary>
    public int DepthMultiplier { get; init => field = value.AtLeast(1, "DepthwiseConv2D", nameof(DepthMultiplier)); } = 1;

    /// <summary>How many pixels lie between the kernel's elements, plus one.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne("DepthwiseConv2D", nameof(DilationRate)); } = 1;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel starts.</summary>
    public Initializer DepthwiseInitializer { get; init => field = value.NotNull("DepthwiseConv2D", nameof(DepthwiseInitializer)); } =
        Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("DepthwiseConv2D", nameof(BiasInitializer)); } = Initializer.Zeros;

    /// <summary>A penalty on the kernel that is added to the loss; none by default.</summary>
    public Regularizer? DepthwiseRegularizer { get; init; }

    /// <summary>What the kernel is made to be after each step of training; nothing by default.</summary>
    public Constraint? DepthwiseConstraint { get; init; }

    /// <summary>A penalty on the bias that is added to the loss; none by default.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>What the bias is made to be after each step of training; nothing by default.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        kernel =
            AddWeight(
            "kernel", [KernelSize.Height, KernelSize.Width, inputs[0][2], DepthMultiplier], DepthwiseInitializer, regularizer: DepthwiseRegularizer,
            constraint: DepthwiseConstraint);
        if (UseBias) bias = AddWeight("bias", [inputs[0][2] * DepthMultiplier], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var x = input.DepthwiseConv2D(context.Read(kernel!), Strides, DilationRate, Padding);
        if (bias is not null) x += context.Read(bias);
        return Activation.Apply(x);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
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

    internal static DepthwiseConv2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new DepthwiseConv2D(
            config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"), config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetSize("dilation_rate", 1),
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
