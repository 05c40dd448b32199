using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>
/// Writes the gradients of max-pooling at the places of the maxima, into zeros. A unit is one image.
/// </summary>
internal sealed unsafe class MaxPool2DScatterKernel(int batch, PooledConvolution geometry, int channels, bool relu) : Kernel
{
    private readonly Window2D pool = geometry.Pool;

    public override int Units(int phase) => batch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var size = pool.InputHeight * pool.InputWidth * channels;
        var dense = buffers.Output + ((nint)unit * size);
        new Span<float>(dense, size).Clear();
        var taps = stackalloc int[pool.KernelHeight * pool.KernelWidth];
        for (var tap = 0; tap < pool.KernelHeight * pool.KernelWidth; tap++)
            taps[tap] = ((tap / pool.KernelWidth * pool.DilationHeight * pool.InputWidth) + (tap % pool.KernelWidth * pool.DilationWidth)) * channels;

        var start = (nint)unit * pool.OutputHeight * pool.OutputWidth * channels;
        float* pooled = buffers.Input(0) + start, places = buffers.Input(1) + start, gradient = buffers.Input(2) + start;
        for (var i = 0; i < pool.OutputHeight; i++)
        {
            for (var j = 0; j < pool.OutputWidth; j++, pooled += channels, places += channels, gradient += channels)
            {
                var window = dense + (((((nint)i * pool.StrideHeight) - pool.PadTop) * pool.InputWidth) + (j * pool.StrideWidth) - pool.PadLeft) * channels;
                for (var c = 0; c < channels; c++)
                {
                    var value = relu && !(pooled[c] > 0) ? 0 : gradient[c];
                    window[taps[(int)places[c]] + c] += value;
                }
            }
        }
    }
}
