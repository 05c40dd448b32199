namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a convolution with respect to its 3 × 3 kernel (stride 1, dilation 1) by Winograd tiles: inputs [image (n, h, w, c), output gradient
/// (n, i, j, f)], output (3, 3, c, f). A forward tile Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A is linear in g, and its transpose gives the gradient:
/// dg = Gᵀ[Σ (Bᵀ d B) ⊙ (A e Aᵀ)]G, where e are the gradients of a tile's m × m outputs and the sum runs over all tiles of the batch. A tile takes n²
/// products; the direct sum takes 9 m².
/// </summary>
/// <remarks>
/// Errors stay within 8 ε √K of the scale of the sums for F(2) (ε = 2⁻²⁴, K output positions in the batch) and within 32 ε √K for F(3) and F(4).
/// <see cref="Fusion.UseWinograd"/> lists the mean errors.
/// </remarks>
internal sealed record WinogradKernelGradientOp(Window2D Window, WinogradVariant Variant) : FusedOp
{
    public override string Name => $"Conv2DKernelGradient F({Variant.Outputs},3)";

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        ConvolutionShapes.CheckImage(Name, Window, inputs[0]);
        ConvolutionShapes.CheckOutput(Name, Window, inputs[1], inputs[1][^1]);
        return [3, 3, inputs[0][3], inputs[1][3]];
    }

    public override void Reference(ReferenceCall call)
    {
        var matrices = WinogradMatrices.Of(Variant);
        var (image, gradient) = (call.InputShapes[0], call.InputShapes[1]);
        for (var c = 0; c < image[3]; c++)
        {
            for (var f = 0; f < gradient[3]; f++)
            {
                var sums = new double[matrices.Size, matrices.Size];
                for (var n = 0; n < image[0]; n++)
                {
                    for (var i = 0; i < Window.OutputHeight; i += matrices.Size - 2)
                    {
                        for (var j = 0; j < Window.OutputWidth; j += matrices.Size - 2)
                        {
                            var d = WinogradMatrices.Tile(call.Inputs[0], image, n, i - Window.PadTop, j - Window.PadLeft, c, matrices.Size);
                            var e = WinogradMatrices.Tile(call.Inputs[1], gradient, n, i, j, f, matrices.Size - 2);
                            var v = WinogradMatrices.Both(matrices.Image, d);
                            var w = WinogradMatrices.Both(WinogradMatrices.Transpose(matrices.Output), e);
                            for (var point = 0; point < sums.Length; point++)
                            {
                                var (row, column) = Math.DivRem(point, matrices.Size);
                                sums[row, column] += v[row, column] * w[row, column];
                            }
                        }
                    }
                }

                var g = WinogradMatrices.Both(WinogradMatrices.Transpose(matrices.Kernel), sums);
                for (var tap = 0; tap < 9; tap++) call.Output[(((tap * image[3]) + c) * gradient[3]) + f] = g[tap / 3, tap % 3];
            }
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(inputs[1], output);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        WinogradKernels.Of(Variant).KernelGradient(inputs[0][0], Window, output[2], output[3]);
}
