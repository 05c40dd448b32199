using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A two-dimensional convolution: slides <paramref name="filters"/> kernels over an image (height, width, channels) and applies an
/// activation; <c>keras.layers.Conv2D</c>.
/// </summary>
/// <param name="filters">How many kernels, and so output channels; at least 1.</param>
/// <param name="kernelSize">Height and width of the kernels, in pixels.</param>
/// <param name="strides">How far the kernels move from one output to the next; 1 by default.</param>
/// <param name="padding">Whether the border is filled with zeros so that the size stays.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class Conv2D(int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null) : Layer
{
    private Variable? kernel;
    private Variable? bias;

    /// <summary>How many kernels.</summary>
    public int Filters { get; } = filters.AtLeast(1, "Conv2D", nameof(filters));

    /// <summary>Height and width of the kernels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne("Conv2D", nameof(kernelSize));

    /// <summary>How far the kernels move.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne("Conv2D", nameof(strides));

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; } = padding.Defined("Conv2D", nameof(padding));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>How many pixels lie between the kernel's elements, plus one.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne("Conv2D", nameof(DilationRate)); } = 1;

    /// <summary>
    /// Into how many groups channels and filters are dealt out, in order: each filter sees the channels of its group alone, as in ResNeXt (Xie et
    /// al. 2017, figure 3c), and the kernel is (height, width, channels / groups, filters). Both must be divisible by it; in as many groups
    /// as channels the layer is a <see cref="DepthwiseConv2D"/>.
    /// </summary>
    public int Groups
    {
        get;
        init => field = Filters % value.AtLeast(1, "Conv2D", nameof(Groups)) == 0
            ? value
            : throw new ArgumentException($"Conv2D: filters must be divisible by groups; received {Filters} filters and {value} groups.", nameof(Groups));
    } = 1;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel starts.</summary>
    public Initializer KernelInitializer { get; init => field = value.NotNull("Conv2D", nameof(KernelInitializer)); } = Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("Conv2D", nameof(BiasInitializer)); } = Initializer.Zeros;

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
        RequireImages(inputs[0]);
        if (inputs[0][2] % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {inputs[0][2]} channels and {Groups} groups.");
        kernel =
            AddWeight(
            "kernel", [KernelSize.Height, KernelSize.Width, inputs[0][2] / Groups, Filters], KernelInitializer, regularizer: KernelRegularizer,
            constraint: KernelConstraint);
        if (UseBias) bias = AddWeight("bias", [Filters], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var x = input.Conv2D(context.Read(kernel!), Strides, DilationRate, Padding, Groups);
        if (bias is not null) x += context.Read(bias);
        return Activation.Apply(x);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("filters", Filters);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
        config.Set("groups", Groups);
        config.Set("activation", Activation);
        config.Set("use_bias", UseBias);
        config.Set("kernel_initializer", KernelInitializer);
        config.Set("bias_initializer", BiasInitializer);
        config.Set("kernel_regularizer", KernelRegularizer);
        config.Set("bias_regularizer", BiasRegularizer);
        config.Set("activity_regularizer", ActivityRegularizer);
        config.Set("kernel_constraint", KernelConstraint);
        config.Set("bias_constraint", BiasConstraint);
    }

    internal static Conv2D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new Conv2D(
            config.GetInt("filters"), config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"),
                config.GetActivation("activation"))
        {
            DilationRate = config.GetSize("dilation_rate", 1),
            Groups = config.GetInt("groups", 1),
            UseBias = config.GetBool("use_bias", true),
            KernelInitializer = config.GetInitializer("kernel_initializer", Initializer.GlorotUniform),
            BiasInitializer = config.GetInitializer("bias_initializer", Initializer.Zeros),
            KernelRegularizer = config.GetRegularizer("kernel_regularizer"),
            KernelConstraint = config.GetConstraint("kernel_constraint"),
            BiasRegularizer = config.GetRegularizer("bias_regularizer"),
            BiasConstraint = config.GetConstraint("bias_constraint"),
        };
    }
}
