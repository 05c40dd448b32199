using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of average-pooling: input [output gradient], output image gradient. Each output gives an equal share of its gradient
/// to the positions of its window inside the image; windows that overlap add up. A unit is one whole image.
/// </summary>
internal sealed unsafe class AveragePool2DGradientKernel(int batch, Window2D window, int channels) : Kernel
{
    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var size = window.InputHeight * window.InputWidth * channels;
        var image = buffers.Output + ((nint)unit * size);
        new Span<float>(image, size).Clear();
        var pass = new Pass { Window = window, Channels = channels };
        for (var i = 0; i < window.OutputHeight; i++)
        {
            pass.Row(image, i);
            pass.OutputGradient = buffers.Input(0) + ((((nint)unit * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public int Channels;
        public float* OutputGradient;
        private float* rows;
        private int rowCount;

        /// <summary>Moves to output row <paramref name="i"/>: its window's rows inside the image.</summary>
        public void Row(float* image, int i)
        {
            var top = (i * Window.StrideHeight) - Window.PadTop;
            var (first, end) = Taps.Inside(top, Window.KernelHeight, Window.DilationHeight, Window.InputHeight);
            rowCount = end - first;
            rows = image + ((nint)(top + (first * Window.DilationHeight)) * Window.InputWidth * Channels);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var rowStep = (nint)Window.DilationHeight * Window.InputWidth * Channels;
            var tapStep = (nint)Window.DilationWidth * Channels;
            for (var j = 0; j < Window.OutputWidth; j++)
            {
                var left = (j * Window.StrideWidth) - Window.PadLeft;
                var (first, end) = Taps.Inside(left, Window.KernelWidth, Window.DilationWidth, Window.InputWidth);
                var share = TSimd.Broadcast(1f / Math.Max(1, rowCount * (end - first)));
                var gradient = OutputGradient + ((nint)j * Channels) + column;
                TVector share0 = TSimd.Multiply(TSimd.Load(gradient), share), share1 = default;
                if (TVectors.Value > 1) share1 = TSimd.Multiply(TSimd.Load(gradient + TSimd.Count), share);
                var row = rows + ((nint)(left + (first * Window.DilationWidth)) * Channels) + column;
                for (var u = rowCount; u > 0; u--, row += rowStep)
                {
                    var tap = row;
                    for (var v = end - first; v > 0; v--, tap += tapStep)
                    {
                        TSimd.Store(TSimd.Add(TSimd.Load(tap), share0), tap);
                        if (TVectors.Value > 1) TSimd.Store(TSimd.Add(TSimd.Load(tap + TSimd.Count), share1), tap + TSimd.Count);
                    }
                }
            }
        }
    }
}
