using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Uses Winograd tiles where they are faster: for convolutions with 3 × 3 kernels, stride 1, dilation 1 and no groups, and for their gradients with
/// respect to the image and the kernel. The transformed kernel becomes a separate node, which depends on weights alone.
/// </summary>
/// <remarks>
/// <para>The rule compares costs, counted in products, for c input channels and f filters:</para>
/// <list type="bullet">
/// <item>Direct convolution needs 9 c f products for each output.</item>
/// <item>Winograd needs n² c f products for each tile of n × n inputs. Tiles that cross the border count fully.</item>
/// <item>The transforms of a tile cost <see cref="TransformCost"/> · n² (c + f).</item>
/// <item>Each value of a kernel that is read from memory costs <see cref="ReadCost"/>. A kernel that is transformed in the same run costs
/// <see cref="KernelTransformCost"/> for each transformed value instead.</item>
/// <item>The gradient of the kernel also needs n² c f products for each tile. Its transforms cost only <see cref="GradientTransformCost"/>, but are
/// computed once for each block of <see cref="GradientBlock"/> channels on the other side.</item>
/// </list>
/// <para>The rule chooses the variant with the lowest cost if it saves at least a tenth. It is the same for all vector widths, because products and
/// transforms use the same lanes; only AVX-512 was measured.</para>
/// <para>Effective GFLOP/s on two cores of Zen 5 (AVX-512) of direct convolution, F(2), F(3) and F(4), and the choice of the rule in inference.
/// The rows are images × size² c→f; the kernel was transformed before.</para>
/// <code>
///  1 × 224²  64→64     372   508   684   793   F(4)
///  1 × 112² 128→128    372   693   916  1030   F(4)
///  1 × 56²   64→64     371   626   875  1082   F(4)
///  1 × 56²  256→256    367   690   928  1238   F(4)
///  1 × 28²  128→128    398   791   787  1086   F(4)
///  1 × 28²  512→512    343   716   778  1049   F(4)
///  1 × 14²  256→256    358   790         1058   F(3): in a network its smaller kernel is read faster from memory
///  1 × 14²  512→512          715   770   728   F(3)
/// </code>
/// <para>The same with the kernel transformed in the same run, which costs small layers up to half their speed:</para>
/// <code>
///  1 × 7²   512→512    310   368   332   364   direct in inference: in a network the smaller kernel is read faster from memory
/// 64 × 5²    64→128    371   340   616   391   F(3): the output is one tile
/// 16 × 30²   16→16     287   179   293   391   F(4)
///  1 × 112²   3→64     293    59    97    47   direct: the transforms outweigh the products
/// </code>
/// <para>The gradient of the kernel, and the choice of the rule:</para>
/// <code>
///  2 × 112²  64→128    275   522   608   703   F(4)
///  2 × 56²  256→256    282   505   594   729   F(4)
///  2 × 28²  512→512    309   590   579   805   F(3): F(4) would have a larger error
///  8 × 28²  128→128    330   558   572   739   F(4)
///  8 × 14²  256→256    351   561   574   635   F(3)
///  8 × 7²   512→512    365   421   359   531   F(2)
/// 64 × 5²    64→64     309   305   418   270   direct: F(3) would have twice the error
/// </code>
/// <para>Training uses F(3) and F(4) only where their mean error is no larger than that of the direct sum. The direct error grows with √K, where K
/// is the number of products in a sum; the errors of the transforms do not, and Winograd sums are split into pieces (<see cref="WinogradSums"/>).
/// The table shows errors against float64, relative to the error of direct convolution of c channels (K = 9 c), for uniform values and, in
/// parentheses, for images after a relu. <see cref="MinSumLength"/> follows from it.</para>
/// <code>
///          c = 32        64            128           256           512
/// F(2)  0.70 (0.87)   0.63 (0.76)   0.62 (0.72)   0.63 (0.73)   0.59 (0.78)
/// F(3)  1.84 (2.06)   1.22 (1.49)   0.92 (0.96)   0.71 (0.76)   0.63 (0.79)
/// F(4)  2.38 (2.70)   1.60 (1.85)   1.20 (1.25)   0.93 (0.96)   0.77 (0.98)
/// </code>
/// <para>For the gradient of a kernel, the number of products that the direct sum adds in sequence matters in the same way:</para>
/// <code>
///          1152          2304
/// F(2)  0.55 (0.67)   0.39 (0.45)
/// F(3)  0.91 (1.02)   0.64 (0.70)
/// F(4)  1.16 (1.33)   0.84 (0.94)
/// </code>
/// <para>For short sums, F(2) has up to 1.3 times the error of the direct sum. Inference uses any variant, unless
/// <see cref="Cpu.FastConvolution"/> is false.</para>
/// </remarks>
internal static class UseWinograd
{
    private const int TransformCost = 16;
    private const int GradientTransformCost = 5;
    private const int GradientBlock = 64;
    private const int ReadCost = 18;
    private const int KernelTransformCost = 72;

    // A pooled convolution with fewer bands would be split by filters, and each unit would transform the image again.
    private const int MinBands = 32;

    /// <param name="graph">The graph to rewrite.</param>
    /// <param name="isInference">Whether kernels are constant between runs and the errors of F(3) and F(4) may be larger than that of the direct sum.</param>
    public static Graph Apply(Graph graph, bool isInference)
    {
        var kernels = new Dictionary<(WinogradKernelOp Op, Node Kernel), Node>();
        return graph.Rewrite((_, node) => node switch
        {
            { Op: Conv2DOp { Groups: 1 } op } => Replace(node, op.Window, Epilogue.None, transposed: false),
            { Op: BiasActivationOp { Product: Conv2DOp { Groups: 1 } op, HasResidual: false, Epilogue: var epilogue } } =>
                Replace(node, op.Window, epilogue, transposed: false),
            { Op: Conv2DMaxPoolOp { Variant: null } op } => Pooled(node, op),
            { Op: Conv2DInputGradientOp { Groups: 1, Window: { PadTop: <= 2, PadLeft: <= 2 } window } } =>
                Replace(node, GradientWindow(window), Epilogue.None, transposed: true),
            { Op: Conv2DKernelGradientOp { Groups: 1, Window: var window }, Inputs: [var image, _] } =>
                ChooseKernelGradient(window, image.Shape[0], node.Shape[2], node.Shape[3]) is { } variant
                    ? new Node(new WinogradKernelGradientOp(window, variant), [.. node.Inputs])
                    : node,
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
            return op.KeepsArgMax || Conv2DMaxPoolKernel.Bands(image.Shape[0], window, variant) >= MinBands
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
    /// The window of the convolution that computes the gradient with respect to the image. It convolves the gradient of the output, padded by
    /// 2 − pad, with the kernel flipped in both directions and its channels and filters exchanged.
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

    /// <summary>The fastest variant for a convolution; null if direct convolution is used.</summary>
    internal static WinogradVariant? Choose(Window2D window, int batch, int channels, int filters, bool isInference)
    {
        var products = (double)channels * filters;
        var direct = 9 * products * (((double)batch * window.OutputHeight * window.OutputWidth) + ReadCost);
        var kernel = (isInference ? ReadCost : KernelTransformCost) * products;
        return Cheapest(
            window, batch, direct, isInference && Cpu.FastConvolution ? int.MaxValue : 9 * channels,
            (points, tiles) => points * ((tiles * (products + (TransformCost * (channels + filters)))) + kernel));
    }

    /// <summary>The fastest variant for the gradient of a convolution with respect to its kernel; null if the direct sum is used.</summary>
    internal static WinogradVariant? ChooseKernelGradient(Window2D window, int batch, int channels, int filters)
    {
        var products = (double)channels * filters;
        var direct = 9 * products * batch * window.OutputHeight * window.OutputWidth;
        var transforms = (channels * (double)Cut.Ceiling(filters, GradientBlock)) + (filters * (double)Cut.Ceiling(channels, GradientBlock));
        var tile = products + (GradientTransformCost * transforms);
        return Cheapest(
            window, batch, direct, new Conv2DKernelGradientKernel(batch, window, channels, filters).MaxSumLength,
            (points, tiles) => points * ((tiles * tile) + (ReadCost * products)));
    }

    /// <summary>The variant with the lowest cost; null if it saves less than a tenth of the direct cost, or if no variant is accurate enough.</summary>
    /// <param name="window">The convolution.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="direct">The cost of the direct sum.</param>
    /// <param name="sumLength">The number of products in a direct sum, which decides its error.</param>
    /// <param name="cost">The cost of a variant, by the number of points of a tile and the number of tiles.</param>
    private static WinogradVariant? Cheapest(Window2D window, int batch, double direct, int sumLength, Func<double, double, double> cost)
    {
        if (window is not { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1 }) return null;
        WinogradVariant? best = null;
        var lowest = 0.9 * direct;
        foreach (var variant in Enum.GetValues<WinogradVariant>().Where(variant => sumLength >= MinSumLength(variant)))
        {
            var outputs = variant.Outputs;
            var points = (outputs + 2) * (outputs + 2);
            var tiles = (double)batch * Cut.Ceiling(window.OutputHeight, outputs) * Cut.Ceiling(window.OutputWidth, outputs);
            var variantCost = cost(points, tiles);
            if (variantCost < lowest) (best, lowest) = (variant, variantCost);
        }

        return best;
    }

    /// <summary>
    /// The smallest number of products in a direct sum at which training uses a variant. From there on, the variant's mean error is no larger than that of
    /// the direct sum. F(2) has no minimum.
    /// </summary>
    internal static int MinSumLength(WinogradVariant variant) => variant switch
    {
        WinogradVariant.Two => 0,
        WinogradVariant.Three => 9 * 128,
        _ => 9 * 256,
    };
}
