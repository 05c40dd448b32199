using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A transposed convolution, which enlarges images; <c>keras.layers.Conv2DTranspose</c>; Dumoulin and Visin 2016, chapter 4. Each input pixel adds a multiple
/// of <paramref name="filters"/> kernels to the output, <paramref name="strides"/> pixels apart. Bias and activation follow. It computes the gradient of a
/// <see cref="Conv2D"/> with respect to its input. With an effective kernel of k' = (k − 1) · dilation + 1, n pixels become (n − 1) · stride + max(k', stride),
/// or n · stride with padding "same". The kernel has the shape (height, width, filters, channels).
/// </summary>
/// <param name="filters">The number of output channels; at least 1.</param>
/// <param name="kernelSize">The height and width of the kernels, in pixels.</param>
/// <param name="strides">The distance between neighbouring kernels in the output, in pixels; 1 by default.</param>
/// <param name="padding">Whether the output is cropped to the size of the image times the strides.</param>
/// <param name="activation">The activation that is applied to the outputs; none by default.</param>
public sealed class Conv2DTranspose(int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = Padding.Valid, Activation? activation = null)
    : KernelLayer(activation)
{
    private Variable? kernel;

    /// <summary>The number of output channels.</summary>
    public int Filters { get; } = filters.AtLeast(1, nameof(Conv2DTranspose), nameof(filters));

    /// <summary>The height and width of the kernels, in pixels.</summary>
    public Size2D KernelSize { get; } = kernelSize.AtLeastOne(nameof(Conv2DTranspose), nameof(kernelSize));

    /// <summary>The distance between neighbouring kernels in the output, in pixels.</summary>
    public Size2D Strides { get; } = (strides ?? 1).AtLeastOne(nameof(Conv2DTranspose), nameof(strides));

    /// <summary>How the output is cropped.</summary>
    public Padding Padding { get; } = padding.Defined(nameof(Conv2DTranspose), nameof(padding));

    /// <summary>The distance between neighbouring elements of the kernel, in output pixels; 1 by default.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne(nameof(Conv2DTranspose), nameof(DilationRate)); } = 1;

    /// <summary>
    /// The rows and columns that are added at the bottom and the right: to (n − 1) · stride + k', or with padding "same" to (n − 1) · stride + k' mod 2. From 0
    /// to the stride − 1; <see langword="null"/>, the default, for the size that the summary of the class gives.
    /// </summary>
    public Size2D? OutputPadding
    {
        get;
        init => field = value is null || (value is { Height: >= 0, Width: >= 0 } size && size.Height < Strides.Height && size.Width < Strides.Width)
            ? value
            : throw ArgumentRules.Wrong(nameof(Conv2DTranspose), nameof(OutputPadding), $"at least 0 and less than the strides {Strides}", value);
    }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        RequireImages(inputs[0]);
        kernel = AddWeight("kernel", [KernelSize.Height, KernelSize.Width, Filters, inputs[0][2]], Kernel);
        AddBias(Filters);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context) =>
        Activate(input.Conv2DTranspose(context.Read(kernel!), Strides, DilationRate, Padding, OutputPadding), context);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("filters", Filters);
        config.Set("kernel_size", KernelSize);
        config.Set("strides", Strides);
        config.Set("padding", Padding);
        if (OutputPadding is { } added) config.Set("output_padding", added);
        else config.SetNull("output_padding");
        config.Set("data_format", "channels_last");
        config.Set("dilation_rate", DilationRate);
        WriteConvolution(config, Kernel);
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
            Kernel = config.GetWeight(WeightSpec.Kernel),
            Bias = config.GetWeight(WeightSpec.Bias),
        };
    }
}
