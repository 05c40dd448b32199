using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A convolution along one dimension: slides <paramref name="filters"/> kernels over a sequence (length, channels) and applies an activation;
/// <c>keras.layers.Conv1D</c>.
/// </summary>
/// <param name="filters">How many kernels, and so output channels; at least 1.</param>
/// <param name="kernelSize">The length of the kernels, in steps.</param>
/// <param name="strides">How far the kernels move from one output to the next; 1 by default.</param>
/// <param name="padding">Whether the border is filled with zeros so that the length stays.</param>
/// <param name="activation">What is applied to the outputs; none by default.</param>
public sealed class Conv1D(int filters, int kernelSize, int strides = 1, Padding padding = Padding.Valid, Activation? activation = null) : Layer
{
    private Variable? kernel;
    private Variable? bias;

    /// <summary>How many kernels.</summary>
    public int Filters { get; } = filters.AtLeast(1, "Conv1D", nameof(filters));

    /// <summary>The length of the kernels.</summary>
    public int KernelSize { get; } = kernelSize.AtLeast(1, "Conv1D", nameof(kernelSize));

    /// <summary>How far the kernels move.</summary>
    public int Strides { get; } = strides.AtLeast(1, "Conv1D", nameof(strides));

    /// <summary>How the border is treated.</summary>
    public Padding Padding { get; } = padding.Defined("Conv1D", nameof(padding));

    /// <summary>What is applied to the outputs.</summary>
    public Activation Activation { get; } = activation ?? Activation.Linear;

    /// <summary>How many steps lie between the kernel's elements, plus one.</summary>
    public int DilationRate { get; init => field = value.AtLeast(1, "Conv1D", nameof(DilationRate)); } = 1;

    /// <summary>
    /// Into how many groups channels and filters are dealt out, in order: each filter sees the channels of its group alone, as in ResNeXt (Xie et
    /// al. 2017, figure 3c), and the kernel is (length, channels / groups, filters). Both must be divisible by it; in as many groups
    /// as channels the layer is a <see cref="DepthwiseConv1D"/>.
    /// </summary>
    public int Groups
    {
        get;
        init => field = Filters % value.AtLeast(1, "Conv1D", nameof(Groups)) == 0
            ? value
            : throw new ArgumentException($"Conv1D: filters must be divisible by groups; received {Filters} filters and {value} groups.", nameof(Groups));
    } = 1;

    /// <summary>
    /// Whether no output sees a later step: the padding that Keras calls causal, (kernel size − 1) · dilation zeros before the sequence and none
    /// behind, so that there are ⌈length / stride⌉ outputs (van den Oord et al. 2016). <see cref="Padding"/> is then not asked.
    /// </summary>
    public bool IsCausal { get; init; }

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>How the kernel starts.</summary>
    public Initializer KernelInitializer { get; init => field = value.NotNull("Conv1D", nameof(KernelInitializer)); } = Initializer.GlorotUniform;

    /// <summary>How the bias starts.</summary>
    public Initializer BiasInitializer { get; init => field = value.NotNull("Conv1D", nameof(BiasInitializer)); } = Initializer.Zeros;

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
        RequireSequences(inputs[0]);
        if (inputs[0][1] % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {inputs[0][1]} channels and {Groups} groups.");
        kernel =
            AddWeight("kernel", [KernelSize, inputs[0][1] / Groups, Filters], KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        if (UseBias) bias = AddWeight("bias", [Filters], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireSequences(input.Shape[1..]);
        return Sequences.AsRows(input, image =>
        {
            if (IsCausal) image = image.Pad(0, 0, (KernelSize - 1) * DilationRate, 0);
            var x = image.Conv2D(Sequences.AsRow(context.Read(kernel!)), (1, Strides), (1, DilationRate), IsCausal ? Padding.Valid : Padding, Groups);
            return Activation.Apply(bias is null ? x : x + context.Read(bias));
        });
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("filters", Filters);
        config.SetOne("kernel_size", KernelSize);
        config.SetOne("strides", Strides);
        if (IsCausal) config.Set("padding", "causal");
        else config.Set("padding", Padding);
        config.Set("data_format", "channels_last");
        config.SetOne("dilation_rate", DilationRate);
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

    internal static Conv1D FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var isCausal = config.IsText("padding", "causal");
        return new Conv1D(
            config.GetInt("filters"), config.GetOne("kernel_size"), config.GetOne("strides", 1), isCausal
                ? Padding.Valid
                : config.GetPadding("padding"), config.GetActivation("activation"))
        {
            DilationRate = config.GetOne("dilation_rate", 1),
            Groups = config.GetInt("groups", 1),
            IsCausal = isCausal,
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
