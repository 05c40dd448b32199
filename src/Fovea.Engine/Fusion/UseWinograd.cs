using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Convolutions with 3 × 3 kernels, stride 1 and dilation 1, and their gradients with respect to the image, become Winograd convolutions where that
/// is faster; the transformed kernel becomes a node of its own, which depends on weights alone.
/// </summary>
internal static class UseWinograd
{
    public static Graph Apply(Graph graph, bool inference)
    {
        return graph.Rewrite((_, node) => node switch
        {
            { Op: Conv2DOp op } => Convolution(node, op.Window, Epilogue.None, inference),
            { Op: BiasActivationOp { Product: Conv2DOp op, Epilogue: var epilogue } } => Convolution(node, op.Window, epilogue, inference),
            { Op: Conv2DInputGradientOp op } => InputGradient(node, op.Window, inference),
            _ => node,
        });
    }

    /// <summary>The window of the convolution that computes the gradient with respect to the image: the gradient of the output is padded by 2 − pad.</summary>
    internal static Window2D GradientWindow(Window2D window) => window with
    {
        InputHeight = window.OutputHeight,
        InputWidth = window.OutputWidth,
        PadTop = 2 - window.PadTop,
        PadLeft = 2 - window.PadLeft,
        OutputHeight = window.InputHeight,
        OutputWidth = window.InputWidth,
    };

    private static Node Convolution(Node node, Window2D window, Epilogue epilogue, bool inference)
    {
        if (Choose(window, node.Inputs[0].Shape[0], node.Inputs[0].Shape[3], node.Shape[3], inference) is not { } variant) return node;
        var kernel = new Node(new WinogradKernelOp(variant, Transposed: false), node.Inputs[1]);
        var op = new WinogradConv2DOp(window, variant, HasBias: node.Inputs.Count > 2, epilogue);
        return node.Inputs.Count > 2 ? new Node(op, node.Inputs[0], kernel, node.Inputs[2]) : new Node(op, node.Inputs[0], kernel);
    }

    private static Node InputGradient(Node node, Window2D window, bool inference)
    {
        if (window.PadTop > 2 || window.PadLeft > 2) return node;
        var turned = GradientWindow(window);
        if (Choose(turned, node.Inputs[0].Shape[0], node.Inputs[0].Shape[3], node.Shape[3], inference) is not { } variant) return node;
        var kernel = new Node(new WinogradKernelOp(variant, Transposed: true), node.Inputs[1]);
        return new Node(new WinogradConv2DOp(turned, variant, HasBias: false, Epilogue.None), node.Inputs[0], kernel);
    }

    private static WinogradVariant? Choose(Window2D window, int batch, int channels, int filters, bool inference)
    {
        if (window is not { KernelHeight: 3, KernelWidth: 3, StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1 }) return null;
        if (batch * (long)channels * filters < 256) return null;
        return inference ? WinogradVariant.Four : WinogradVariant.Two;
    }
}
