using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a depthwise convolution with respect to its image: inputs [output gradient, kernel (u, v, c, 1)]. Each output position
/// adds its gradient, times the kernel, to the positions of its window inside the image. A unit is one image.
/// </summary>
internal sealed unsafe class DepthwiseConv2DInputGradientKernel(int batch, Window2D window, int channels) : Kernel
{
    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var size = window.InputHeight * window.InputWidth * channels;
        var pass = new Pass
        {
            Window = window,
            Channels = channels,
            Kernel = buffers.Input(1),
            Image = buffers.Output + ((nint)unit * size),
            OutputGradient = buffers.Input(0) + ((nint)unit * window.OutputHeight * window.OutputWidth * channels),
        };
        new Span<float>(pass.Image, size).Clear();
        Columns.Sweep(0, channels, ref pass);
    }

    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public float* Image;
        public float* Kernel;
        public float* OutputGradient;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var gradient = OutputGradient + column;
            for (var i = 0; i < Window.OutputHeight; i++)
            {
                var top = (i * Window.StrideHeight) - Window.PadTop;
                var (firstRow, endRow) = Taps.Inside(top, Window.KernelHeight, Window.DilationHeight, Window.InputHeight);
                for (var j = 0; j < Window.OutputWidth; j++, gradient += Channels)
                {
                    var left = (j * Window.StrideWidth) - Window.PadLeft;
                    var (first, end) = Taps.Inside(left, Window.KernelWidth, Window.DilationWidth, Window.InputWidth);
                    TVector g0 = TSimd.Load(gradient), g1 = default;
                    if (TVectors.Value > 1) g1 = TSimd.Load(gradient + TSimd.Count);
                    for (var u = firstRow; u < endRow; u++)
                    {
                        var y = top + (u * Window.DilationHeight);
                        var pixel = Image + ((((nint)y * Window.InputWidth) + left + (first * Window.DilationWidth)) * Channels) + column;
                        var weights = Kernel + ((((nint)u * Window.KernelWidth) + first) * Channels) + column;
                        for (var v = first; v < end; v++, pixel += Window.DilationWidth * Channels, weights += Channels)
                        {
                            TSimd.Store(TSimd.MultiplyAdd(g0, TSimd.Load(weights), TSimd.Load(pixel)), pixel);
                            if (TVectors.Value > 1) TSimd.Store(TSimd.MultiplyAdd(g1, TSimd.Load(weights + TSimd.Count), TSimd.Load(pixel + TSimd.Count)), pixel + TSimd.Count);
                        }
                    }
                }
            }
        }
    }
}
