using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A transposed convolution, which makes images larger: each pixel adds its multiple of <paramref name="filters"/> kernels to the output, whose
/// places lie <paramref name="strides"/> apart, then bias and activation; <c>keras.layers.Conv2DTranspose</c>; Dumoulin and Visin 2016, chapter 4.
/// It is the gradient of a <see cref="Conv2D"/> from the larger image to the smaller one, run forward. With an effective kernel of
/// k' = (k − 1)·dilation + 1, n pixels become (n − 1)·stride + max(k', stride), with padding "same" n·stride.
/// </summary>
/// <param name="filters">How many output channels; at least 1.</param>
/// <param name="kernelSize">Height and width of the kernels, in pixels.</param>
/// <param name="strides">How far apart the kernels lie in the output; 1 by default.</param>
/// <param name="padding">Whether the output is cut to the size of the image times the strides.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class Conv2DTranspose(int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null)
    : Layer
{
    private Variable? kernel;
    private Variable? bias;

    /// <summary>How many output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, "Conv2DTranspose", nameof(filters));

    /// <summary>Height and width of the kernels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne("Conv2DTranspose", nameof(kernelSize));

    /// <summary>How far apart the kernels lie in the output.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne("Conv2DTranspose", nameof(strides));

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; } = padding.Defined("Conv2DTranspose", nameof(padding));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>How many pixels lie between the kernel's elements, plus one.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne("Conv2DTranspose", nameof(DilationRate)); } = 1;

    /// <summary>
    /// How many rows and columns the output has more at the bottom and the right than (n − 1)·stride + k', with padding "same" than
    /// (n − 1)·stride + k' mod 2: from 0 to the stride − 1. <see langword="null"/> for the usual size.
    /// </summary>
    public Size2D? OutputPadding
    {
        get;
        init => field = value is null || (value is { Height: >= 0, Width: >= 0 } size && size.Height < Strides.Height && size.Width < Strides.Width)
            ? value
            : throw ArgumentRules.Wrong("Conv2DTranspose", nameof(OutputPadding), $"at least 0 and less than the strides {Strides}", value);
    }

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel (height, width, filters, channels) starts.</summary>
    public Initializer KernelInitializer { get; init => field = value.NotNull("Conv2DTranspose", nameof(KernelInitializer)); } = Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("Conv2DTranspose", nameof(BiasInitializer)); } = Initializer.Zeros;

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
        kernel =
            AddWeight(
            "kernel", [KernelSize.Height, KernelSize.Width, Filters, inputs[0][2]], KernelInitializer, regularizer: KernelRegularizer,
            constraint: KernelConstraint);
        if (UseBias) bias = AddWeight("bias", [Filters], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var x = input.Conv2DTranspose(context.Read(kernel!), Strides, DilationRate, Padding, OutputPadding);
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
        if (OutputPadding is { } more) config.Set("output_padding", more);
        else config.SetNull("output_padding");
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
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

    internal static Conv2DTranspose FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        return new Conv2DTranspose(
            config.GetInt("filters"), config.GetSize("kernel_size"), config.GetSize("strides", 1), config.GetPadding("padding"),
                config.GetActivation("activation"))
        {
            DilationRate = config.GetSize("dilation_rate", 1),
            OutputPadding = config.IsAbsent("output_padding") ? null : config.GetSize("output_padding"),
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
