using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Convolutions with 3 × 3 kernels, stride 1 and dilation 1, and their gradients with respect to the image, become Winograd convolutions
/// where that is faster. The transformed kernel becomes a node of its own, which depends on weights alone.
/// </summary>
/// <remarks>
/// <para>The rule counts products. Direct convolution has 9 c f for each output. Winograd has n² for each tile, c f of the matrix products and, for
/// the transforms, as much as <see cref="Transforms"/> for each of the c + f channels; tiles that reach over the border count in full. Each value of a kernel
/// that comes from memory costs as much as <see cref="Reading"/> products, and one that was transformed in this run twice as much again. The variant
/// with the fewest wins, if it saves at least a tenth. The rule is the same for all vector widths, since products and transforms use the same lanes; only AVX-512 was measured.</para>
/// <para>Measured on two cores of Zen 5 (AVX-512), images × size² c→f, the kernel transformed before: effective GFLOP/s of direct
/// convolution, F(2), F(3) and F(4), and what the rule takes in inference.</para>
/// <code>
///  1 × 224²  64→64     372   508   684   793   F(4)
///  1 × 112² 128→128    372   693   916  1030   F(4)
///  1 × 56²   64→64     371   626   875  1082   F(4)
///  1 × 56²  256→256    367   690   928  1238   F(4)
///  1 × 28²  128→128    398   791   787  1086   F(4)
///  1 × 28²  512→512    343   716   778  1049   F(4)
///  1 × 14²  256→256    358   790         1058   F(3): in a network its smaller kernel is read from memory sooner
///  1 × 14²  512→512          715   770   728   F(3)
/// </code>
/// <para>Measured with the kernel transformed in the same run, which costs small layers up to half their speed:</para>
/// <code>
///  1 × 7²   512→512    310   368   332   364   F(2): memory gives the kernel
/// 64 × 5²    64→128    371   340   616   391   F(3): the output is one tile
/// 16 × 30²   16→16     287   179   293   391   F(4)
///  1 × 112²   3→64     293    59    97    47   direct: the transforms outweigh the products
/// </code>
/// <para>F(2) has a smaller error than direct convolution and serves training too; F(3) and F(4) have about twice its error and serve
/// inference, unless <see cref="Cpu.FastConvolution"/> says no (<see cref="WinogradConv2DOp"/> gives the figures).</para>
/// </remarks>
internal static class UseWinograd
{
    private const int Transforms = 16;
    private const int Reading = 12;
    private const int EnoughBands = 32;  // with fewer in a pooled convolution, each would be cut by filters and transform its image for each piece anew

    /// <param name="graph">What to rewrite.</param>
    /// <param name="isInference">Whether kernels stay from run to run and F(3) and F(4) may be used.</param>
    public static Graph Apply(Graph graph, bool isInference)
    {
        var kernels = new Dictionary<(WinogradKernelOp Op, Node Kernel), Node>();
        return graph.Rewrite((_, node) => node switch
        {
            { Op: Conv2DOp op } => Replace(node, op.Window, Epilogue.None, transposed: false),
            { Op: BiasActivationOp { Product: Conv2DOp op, HasResidual: false, Epilogue: var epilogue } } => Replace(node, op.Window, epilogue, transposed: false),
            { Op: Conv2DMaxPoolOp { Variant: null } op } => Pooled(node, op),
            { Op: Conv2DInputGradientOp { Window: { PadTop: <= 2, PadLeft: <= 2 } window } } => Replace(node, GradientWindow(window), Epilogue.None, transposed: true),
            _ => node,
        });

        Node Replace(Node node, Window2D window, Epilogue epilogue, bool transposed)
        {
            var image = node.Inputs[0];
            if (Choose(window, image.Shape[0], image.Shape[3], node.Shape[3], isInference) is not { } variant) return node;
            var op = new WinogradConv2DOp(window, variant, HasBias: node.Inputs.Count > 2, epilogue);
            return new Node(op, [image, Transformed(node.Inputs[1], variant, transposed), .. node.Inputs.Skip(2)]);
        }

        Node Pooled(Node node, Conv2DMaxPoolOp op)
        {
            var (image, kernel) = (node.Inputs[0], node.Inputs[1]);
            var window = op.Geometry.Convolution;
            if (Choose(window, image.Shape[0], image.Shape[3], kernel.Shape[3], isInference) is not { } variant) return node;
            Node[] inputs = [image, Transformed(kernel, variant, transposed: false), .. node.Inputs.Skip(2)];
            return op.KeepsPlaces || Conv2DMaxPoolKernel.Bands(image.Shape[0], window, variant) >= EnoughBands
                ? new Node(op with { Variant = variant }, inputs)
                : new Node(new MaxPool2DOp(op.Geometry.Pool), new Node(new WinogradConv2DOp(window, variant, HasBias: inputs.Length > 2, op.Epilogue), inputs));
        }

        Node Transformed(Node kernel, WinogradVariant variant, bool transposed)
        {
            var key = (Op: new WinogradKernelOp(variant, transposed), Kernel: kernel);
            return kernels.TryGetValue(key, out var known) ? known : kernels[key] = new Node(key.Op, kernel);
        }
    }

    /// <summary>
    /// The window of the convolution that gives the gradient with respect to the image: the gradient of the output, padded by 2 − pad, with the
    /// kernel turned round and its channels and filters exchanged.
    /// </summary>
    internal static Window2D GradientWindow(Window2D window) => window with
    {
        InputHeight = window.OutputHeight,
        InputWidth = window.OutputWidth,
        PadTop = 2 - window.PadTop,
        PadLeft = 2 - window.PadLeft,
        OutputHeight = window.InputHeight,
        OutputWidth = window.InputWidth,
    };

    /// <summary>The fastest variant for a convolution, or null if it is the direct one.</summary>
    internal static WinogradVariant? Choose(Window2D window, int batch, int channels, int filters, bool isInference)
    {
        if (window is not { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1 }) return null;
        WinogradVariant? best = null;
        var products = (double)channels * filters;
        var fewest = 0.9 * 9 * products * (((double)batch * window.OutputHeight * window.OutputWidth) + Reading);
        foreach (var variant in isInference && Cpu.FastConvolution ? Enum.GetValues<WinogradVariant>() : [WinogradVariant.Two])
        {
            var outputs = (int)variant + 2;
            var (points, tiles) = ((outputs + 2) * (outputs + 2), (double)batch * Ceiling(window.OutputHeight, outputs) * Ceiling(window.OutputWidth, outputs));
            var count = points * ((tiles * (products + (Transforms * (channels + filters)))) + ((isInference ? Reading : 3 * Reading) * products));
            if (count < fewest) (best, fewest) = (variant, count);
        }

        return best;
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
