using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of max-pooling: inputs [image, output gradient], output [image gradient]. The maximum of each window is found again. Of equal values the
/// first in row-major order gets the gradient, as in TensorFlow; overlapping windows add their gradients. In a window with NaNs the last NaN gets the
/// gradient, so that it is not hidden. Lanes hold channels; a unit is one image.
/// </summary>
internal sealed unsafe class MaxPool2DGradientKernel(int batch, Window2D window, int channels) : Kernel
{
    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var size = window.InputHeight * window.InputWidth * channels;
        var image = buffers.Input(0) + ((nint)unit * size);
        var gradient = buffers.Output + ((nint)unit * size);
        new Span<float>(gradient, size).Clear();
        var pass = new Pass { ToGradient = (nint)(gradient - image) };
        for (var i = 0; i < window.OutputHeight; i++)
        {
            pass.Row = new PoolRow(window, channels, image, i);
            pass.OutputGradient = buffers.Input(1) + ((((nint)unit * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public PoolRow Row;
        public float* OutputGradient;

        /// <summary>The distance from the image to its gradient.</summary>
        public nint ToGradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            for (var j = 0; j < Row.Count; j++)
            {
                var window = Row.Window(j, out var width) + column;
                var gradient = OutputGradient + ((nint)j * Row.Channels) + column;
                Pixel<TVector, TSimd>(window, width, gradient);
                if (TVectors.Value > 1) Pixel<TVector, TSimd>(window + TSimd.Count, width, gradient + TSimd.Count);
            }
        }

        /// <summary>Finds the tap of the maximum in each lane, then adds the gradient there and zero elsewhere.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Pixel<TVector, TSimd>(float* window, int width, float* outputGradient)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            TVector best = TSimd.Broadcast(float.NegativeInfinity), bestTap = default;
            var number = 0f;
            var row = window;
            for (var u = Row.Height; u > 0; u--, row += Row.RowStep)
            {
                var tap = row;
                for (var v = width; v > 0; v--, tap += Row.ColumnStep)
                {
                    var x = TSimd.Load(tap);
                    bestTap = TSimd.SelectBetter(x, best, TSimd.Broadcast(number), bestTap);
                    best = TSimd.SelectBetter(x, best, x, best);
                    number++;
                }
            }

            var gradient = TSimd.Load(outputGradient);
            number = 0;
            row = window + ToGradient;
            for (var u = Row.Height; u > 0; u--, row += Row.RowStep)
            {
                var tap = row;
                for (var v = width; v > 0; v--, tap += Row.ColumnStep)
                {
                    var share = TSimd.SelectEqual(bestTap, TSimd.Broadcast(number), gradient, default);
                    TSimd.Store(TSimd.Add(TSimd.Load(tap), share), tap);
                    number++;
                }
            }
        }
    }
}
