namespace Fovea.Engine.Ops;

/// <summary>
/// The transform of a kernel (3, 3, c, f) to the n² points of a Winograd tile, U = G g Gᵀ: (n², c, f) in the layout of <see cref="WinogradPanels"/>. If
/// <paramref name="Transposed"/>, the kernel is first flipped in both directions, and channels and filters are exchanged: (n², f, c), the kernel with which
/// the gradient of the image is computed.
/// </summary>
internal sealed record WinogradKernelOp(WinogradVariant Variant, bool Transposed) : FusedOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var kernel = inputs[0];
        if (kernel.Rank != 4 || kernel[0] != 3 || kernel[1] != 3)
            throw new ShapeException(Name, $"expected a kernel (3, 3, channels, filters); received {kernel}.");
        var size = WinogradMatrices.Of(Variant).Size;
        return Transposed ? [size * size, kernel[3], kernel[2]] : [size * size, kernel[2], kernel[3]];
    }

    public override void Reference(ReferenceCall call)
    {
        var matrices = WinogradMatrices.Of(Variant);
        var (channels, filters) = (call.OutputShape[1], call.OutputShape[2]);
        var panels = new WinogradPanels(call.OutputShape[0], channels, filters);
        var g = new double[3, 3];
        for (var c = 0; c < channels; c++)
        {
            for (var f = 0; f < filters; f++)
            {
                for (var tap = 0; tap < 9; tap++)
                    g[tap / 3, tap % 3] = call.Inputs[0][Transposed ? ((((8 - tap) * filters) + f) * channels) + c : (((tap * channels) + c) * filters) + f];
                var u = WinogradMatrices.Both(matrices.Kernel, g);
                for (var point = 0; point < u.Length; point++) call.Output[panels.Position(point, c, f)] = u[point / matrices.Size, point % matrices.Size];
            }
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        WinogradKernels.Of(Variant).TransformKernel(output[1], output[2], Transposed);
}
