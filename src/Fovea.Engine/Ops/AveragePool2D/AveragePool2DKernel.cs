using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Average-pooling of NHWC images, channel by channel; lanes hold channels. Padding is left out of the sum and of the count, as in
/// TensorFlow; a window without a single position inside the image gives 0. A window as large as the image is global pooling.
/// </summary>
internal sealed unsafe class AveragePool2DKernel(int batch, Window2D window, int channels) : Kernel
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
            for (var j = 0; j < Window.OutputWidth; j++)
            {
                var left = (j * Window.StrideWidth) - Window.PadLeft;
                var (first, end) = Taps.Inside(left, Window.KernelWidth, Window.DilationWidth, Window.InputWidth);
                var row = rows + ((nint)(left + (first * Window.DilationWidth)) * Channels) + column;
                TVector sum0 = default, sum1 = default;
                for (var u = rowCount; u > 0; u--, row += rowStep)
                {
                    var tap = row;
                    for (var v = end - first; v > 0; v--, tap += tapStep)
                    {
                        sum0 = TSimd.Add(sum0, TSimd.Load(tap));
                        if (TVectors.Value > 1) sum1 = TSimd.Add(sum1, TSimd.Load(tap + TSimd.Count));
                    }
                }

                var share = TSimd.Broadcast(1f / Math.Max(1, rowCount * (end - first)));
                var output = Output + ((nint)j * Channels) + column;
                TSimd.Store(TSimd.Multiply(sum0, share), output);
                if (TVectors.Value > 1) TSimd.Store(TSimd.Multiply(sum1, share), output + TSimd.Count);
            }
        }
    }
}
