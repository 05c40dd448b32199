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
        var part = units[unit];
        Pass pass = default;
        for (var i = part.FirstRow; i < part.EndRow; i++)
        {
            pass.Row = new PoolRow(window, channels, buffers.Input(0) + ((nint)part.Image * window.InputHeight * window.InputWidth * channels), i);
            pass.Output = buffers.Output + ((((nint)part.Image * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(part.FirstChannel, part.EndChannel, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public PoolRow Row;
        public float* Output;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var lowest = TSimd.Broadcast(float.NegativeInfinity);
            for (var j = 0; j < Row.Count; j++)
            {
                var row = Row.Window(j, out var width) + column;
                TVector best0 = lowest, best1 = lowest;
                for (var u = Row.Height; u > 0; u--, row += Row.RowStep)
                {
                    var tap = row;
                    for (var v = width; v > 0; v--, tap += Row.ColumnStep)
                    {
                        var x0 = TSimd.Load(tap);
                        best0 = TSimd.SelectBetter(x0, best0, x0, best0);
                        if (TVectors.Value == 1) continue;
                        var x1 = TSimd.Load(tap + TSimd.Count);
                        best1 = TSimd.SelectBetter(x1, best1, x1, best1);
                    }
                }

                var output = Output + ((nint)j * Row.Channels) + column;
                TSimd.Store(best0, output);
                if (TVectors.Value > 1) TSimd.Store(best1, output + TSimd.Count);
            }
        }
    }
}
