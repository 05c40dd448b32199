using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A convolution taken apart: each channel is convolved by itself, with <see cref="DepthMultiplier"/> kernels, and a convolution of 1 × 1 mixes
/// the results into <paramref name="filters"/> channels, then bias and activation; <c>keras.layers.SeparableConv2D</c>; Chollet 2017. Of u × v
/// pixels it takes u·v·c·m + c·m·f products for each output instead of u·v·c·f.
/// </summary>
/// <param name="filters">How many output channels; at least 1.</param>
/// <param name="kernelSize">Height and width of the kernels, in pixels.</param>
/// <param name="strides">How far the kernels move from one output to the next; 1 by default.</param>
/// <param name="padding">Whether the border is filled with zeros so that the size stays.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class SeparableConv2D(int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null)
    : Layer
{
    private Variable? depthwiseKernel;
    private Variable? pointwiseKernel;
    private Variable? bias;

    /// <summary>How many output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, "SeparableConv2D", nameof(filters));

    /// <summary>Height and width of the kernels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne("SeparableConv2D", nameof(kernelSize));

    /// <summary>How far the kernels move.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne("SeparableConv2D", nameof(strides));

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; } = padding.Defined("SeparableConv2D", nameof(padding));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>How many kernels each input channel has.</summary>
    public int DepthMultiplier { get; init => field = value.AtLeast(1, "SeparableConv2D", nameof(DepthMultiplier)); } = 1;

    /// <summary>How many pixels lie between the kernel's elements, plus one.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne("SeparableConv2D", nameof(DilationRate)); } = 1;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel of each channel (height, width, channels, multiplier) starts.</summary>
    public Initializer DepthwiseInitializer { get; init => field = value.NotNull("SeparableConv2D", nameof(DepthwiseInitializer)); } =
        Initializer.GlorotUniform;

    /// <summary>How the kernel that mixes channels (1, 1, channels · multiplier, filters) starts.</summary>
    public Initializer PointwiseInitializer { get; init => field = value.NotNull("SeparableConv2D", nameof(PointwiseInitializer)); } =
        Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("SeparableConv2D", nameof(BiasInitializer)); } = Initializer.Zeros;

    /// <summary>A penalty on the depthwise kernel that is added to the loss; none by default.</summary>
    public Regularizer? DepthwiseRegularizer { get; init; }

    /// <summary>What the depthwise kernel is made to be after each step of training; nothing by default.</summary>
    public Constraint? DepthwiseConstraint { get; init; }

    /// <summary>A penalty on the pointwise kernel that is added to the loss; none by default.</summary>
    public Regularizer? PointwiseRegularizer { get; init; }

    /// <summary>What the pointwise kernel is made to be after each step of training; nothing by default.</summary>
    public Constraint? PointwiseConstraint { get; init; }

    /// <summary>A penalty on the bias that is added to the loss; none by default.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>What the bias is made to be after each step of training; nothing by default.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        depthwiseKernel =
            AddWeight(
            "depthwise_kernel", [KernelSize.Height, KernelSize.Width, inputs[0][2], DepthMultiplier], DepthwiseInitializer, regularizer: DepthwiseRegularizer,
            constraint: DepthwiseConstraint);
        pointwiseKernel =
            AddWeight(
            "pointwise_kernel", [1, 1, inputs[0][2] * DepthMultiplier, Filters], PointwiseInitializer, regularizer: PointwiseRegularizer,
            constraint: PointwiseConstraint);
        if (UseBias) bias = AddWeight("bias", [Filters], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var x = input.DepthwiseConv2D(context.Read(depthwiseKernel!), Strides, DilationRate, Padding)
            .Conv2D(context.Read(pointwiseKernel!), (1, 1), (1, 1), Padding.Valid);
        if (bias is not null) x += context.Read(bias);
        return Activation.Apply(x);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("depth_multiplier", DepthMultiplier);
        config.Set("filters", Filters);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
        config.Set("activation", Activation);
        config.Set("use_bias", UseBias);
        config.Set("depthwise_initializer", DepthwiseInitializer);
        config.Set("pointwise_initializer", PointwiseInitializer);
        config.Set("bias_initializer", BiasInitializer);
        config.Set("depthwise_regularizer", DepthwiseRegularizer);
        config.Set("pointwise_regularizer", PointwiseRegularizer);
        config.Set("bias_regularizer", BiasRegularizer);
        config.Set("activity_regularizer", ActivityRegularizer);
        config.Set("depthwise_constraint", DepthwiseConstraint);
        config.Set("pointwise_constraint", PointwiseConstraint);
        config.Set("bias_constraint", BiasConstraint);
    }

    internal static SeparableConv2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new SeparableConv2D(
            config.GetInt("filters"), config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"),
                config.GetActivation("activation"))
        {
            DepthMultiplier = config.GetInt("depth_multiplier", 1),
            DilationRate = config.GetSize("dilation_rate", 1),
            UseBias = config.GetBool("use_bias", true),
            DepthwiseInitializer = config.GetInitializer("depthwise_initializer", Initializer.GlorotUniform),
            PointwiseInitializer = config.GetInitializer("pointwise_initializer", Initializer.GlorotUniform),
            BiasInitializer = config.GetInitializer("bias_initializer", Initializer.Zeros),
            DepthwiseRegularizer = config.GetRegularizer("depthwise_regularizer"),
            DepthwiseConstraint = config.GetConstraint("depthwise_constraint"),
            PointwiseRegularizer = config.GetRegularizer("pointwise_regularizer"),
            PointwiseConstraint = config.GetConstraint("pointwise_constraint"),
            BiasRegularizer = config.GetRegularizer("bias_regularizer"),
            BiasConstraint = config.GetConstraint("bias_constraint"),
        };
    }
}
