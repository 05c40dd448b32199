using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Max-pooling of NHWC images: the greatest value of each window, channel by channel; lanes hold channels. Padding counts as
/// −∞. A NaN in the window gives NaN, at every width of lanes.
/// </summary>
internal sealed unsafe class MaxPool2DKernel(int batch, Window2D window, int channels) : Kernel
{
    private readonly PoolUnits units = PoolUnits.Create(batch, window, channels);

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (image, first, end) = units[unit];
        var pass = new Pass { Window = window, Channels = channels };
        for (var i = first; i < end; i++)
        {
            pass.Row(buffers.Input(0) + ((nint)image * window.InputHeight * window.InputWidth * channels), i);
            pass.Output = buffers.Output + ((((nint)image * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public int Channels;
        public float* Output;
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
            var lowest = TSimd.Broadcast(float.NegativeInfinity);
            for (var j = 0; j < Window.OutputWidth; j++)
            {
                var left = (j * Window.StrideWidth) - Window.PadLeft;
                var (first, end) = Taps.Inside(left, Window.KernelWidth, Window.DilationWidth, Window.InputWidth);
                var row = rows + ((nint)(left + (first * Window.DilationWidth)) * Channels) + column;
                TVector best0 = lowest, best1 = lowest;
                for (var u = rowCount; u > 0; u--, row += rowStep)
                {
                    var tap = row;
                    for (var v = end - first; v > 0; v--, tap += tapStep)
                    {
                        var x0 = TSimd.Load(tap);
                        best0 = TSimd.SelectBetter(x0, best0, x0, best0);
                        if (TVectors.Value == 1) continue;
                        var x1 = TSimd.Load(tap + TSimd.Count);
                        best1 = TSimd.SelectBetter(x1, best1, x1, best1);
                    }
                }

                var output = Output + ((nint)j * Channels) + column;
                TSimd.Store(best0, output);
                if (TVectors.Value > 1) TSimd.Store(best1, output + TSimd.Count);
            }
        }
    }
}
