using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution with a 3 × 3 kernel, stride 1 and dilation 1, by Winograd tiles: inputs [image (n, h, w, c), transformed kernel (n², c, f) of
/// <see cref="WinogradKernelOp"/>] and optionally a bias (f), followed by an epilogue. A tile of m × m outputs is Y = Aᵀ[Σ_c U_c ⊙ (Bᵀ d_c B)]A, where
/// d_c are the n × n image values under it, zero outside the image (Lavin and Gray 2015, eq. 12 to 14).
/// </summary>
/// <remarks>
/// Errors are tested for any shape to be within 8 ε √K of the scale of the sums for F(2) (ε = 2⁻²⁴, K = 9c), as for all kernels of the engine, and within
/// 32 ε √K for F(3) and F(4). <see cref="Fusion.UseWinograd"/> lists the mean errors.
/// </remarks>
internal sealed record WinogradConv2DOp(Window2D Window, WinogradVariant Variant, bool HasBias, Epilogue Epilogue) : FusedOp
{
    public override string Name => $"Conv2D F({Outputs},3){(HasBias ? "+Bias" : "")}{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    private int Outputs => Variant.Outputs;

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, kernel) = (inputs[0], inputs[1]);
        var points = (Outputs + 2) * (Outputs + 2);
        ConvolutionShapes.CheckImage(Name, Window, image);
        if (kernel.Rank != 3 || kernel[0] != points || kernel[1] != image[3])
            throw new ShapeException(Name, $"expected a transformed kernel ({points}, {image[3]}, filters); received {kernel}.");
        return [image[0], Window.OutputHeight, Window.OutputWidth, kernel[2]];
    }

    public override void Reference(ReferenceCall call)
    {
        var matrices = WinogradMatrices.Of(Variant);
        for (var n = 0; n < call.OutputShape[0]; n++)
        {
            for (var i = 0; i < Window.OutputHeight; i += Outputs)
            {
                for (var j = 0; j < Window.OutputWidth; j += Outputs)
                {
                    for (var f = 0; f < call.OutputShape[3]; f++) ReferenceTile(call, matrices, n, i, j, f);
                }
            }
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => 9L * output.Count * inputs[0][3];

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        WinogradKernels.Of(Variant).Convolve(inputs[0][0], Window, inputs[0][3], output[3], HasBias, Epilogue);

    /// <summary>Computes the tile of outputs of image n and filter f that begins at (i, j).</summary>
    private void ReferenceTile(ReferenceCall call, WinogradMatrices matrices, int n, int i, int j, int f)
    {
        var (size, channels, filters) = (matrices.Size, call.InputShapes[0][3], call.OutputShape[3]);
        var panels = new WinogradPanels(size * size, channels, filters);
        var products = new double[size, size];
        for (var c = 0; c < channels; c++)
        {
            var tile = WinogradMatrices.Tile(call.Inputs[0], call.InputShapes[0], n, i - Window.PadTop, j - Window.PadLeft, c, size);
            var v = WinogradMatrices.Both(matrices.Image, tile);
            for (var point = 0; point < tile.Length; point++)
                products[point / size, point % size] += call.Inputs[1][panels.Position(point, c, f)] * v[point / size, point % size];
        }

        var outputs = WinogradMatrices.Both(matrices.Output, products);
        for (var u = 0; u < Math.Min(Outputs, Window.OutputHeight - i); u++)
        {
            for (var v = 0; v < Math.Min(Outputs, Window.OutputWidth - j); v++)
            {
                var sum = outputs[u, v] + (HasBias ? call.Inputs[2][f] : 0);
                call.Output[(((((n * Window.OutputHeight) + i + u) * Window.OutputWidth) + j + v) * filters) + f] = EpilogueReference.Evaluate(Epilogue, sum);
            }
        }
    }
}
