namespace Fovea.Engine.Ops;

/// <summary>Writes the gradients of max-pooling to the positions of the maxima, and zeros elsewhere. A unit is one image.</summary>
internal sealed unsafe class MaxPool2DScatterKernel(int batch, PooledConvolution geometry, int channels, bool relu) : Kernel
{
    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var pool = geometry.Pool;
        var operands = new PooledOperands(buffers.Input(0), buffers.Input(1), buffers.Input(2))
            .At((nint)unit * pool.OutputHeight * pool.OutputWidth * channels);
        var dense = buffers.Output + ((nint)unit * pool.InputHeight * pool.InputWidth * channels);
        new MaxPoolExpansion(geometry, channels, relu).Run(operands, 0, pool.OutputHeight, dense, 0, pool.InputHeight);
    }
}
