using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of average-pooling: input [output gradient], output [image gradient]. Each output adds an equal share of its gradient to the positions of
/// its window inside the image. A unit is one image.
/// </summary>
internal sealed unsafe class AveragePool2DGradientKernel(int batch, Window2D window, int channels) : Kernel
{
    public override int Units(int phase) => batch;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var size = window.InputHeight * window.InputWidth * channels;
        var image = buffers.Output + ((nint)unit * size);
        new Span<float>(image, size).Clear();
        Pass pass = default;
        for (var i = 0; i < window.OutputHeight; i++)
        {
            pass.Row = new PoolRow(window, channels, image, i);
            pass.OutputGradient = buffers.Input(0) + ((((nint)unit * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public PoolRow Row;
        public float* OutputGradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            for (var j = 0; j < Row.Count; j++)
            {
                var row = Row.Window(j, out var width) + column;
                var share = TSimd.Broadcast(1f / Math.Max(1, Row.Height * width));
                var gradient = OutputGradient + ((nint)j * Row.Channels) + column;
                TVector share0 = TSimd.Multiply(TSimd.Load(gradient), share), share1 = default;
                if (TVectors.Value > 1) share1 = TSimd.Multiply(TSimd.Load(gradient + TSimd.Count), share);
                for (var u = Row.Height; u > 0; u--, row += Row.RowStep)
                {
                    var tap = row;
                    for (var v = width; v > 0; v--, tap += Row.ColumnStep)
                    {
                        TSimd.Store(TSimd.Add(TSimd.Load(tap), share0), tap);
                        if (TVectors.Value > 1) TSimd.Store(TSimd.Add(TSimd.Load(tap + TSimd.Count), share1), tap + TSimd.Count);
                    }
                }
            }
        }
    }
}
