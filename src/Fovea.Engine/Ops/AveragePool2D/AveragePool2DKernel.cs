using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Average-pooling of images (n, h, w, c). Lanes hold channels. Padding counts neither in the sum nor in the number of positions, as in TensorFlow; a window
/// outside the image gives 0. A window as large as the image is global pooling.
/// </summary>
internal sealed unsafe class AveragePool2DKernel(int batch, Window2D window, int channels) : Kernel
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
            for (var j = 0; j < Row.Count; j++)
            {
                var row = Row.Window(j, out var width) + column;
                TVector sum0 = default, sum1 = default;
                for (var u = Row.Height; u > 0; u--, row += Row.RowStep)
                {
                    var tap = row;
                    for (var v = width; v > 0; v--, tap += Row.ColumnStep)
                    {
                        sum0 = TSimd.Add(sum0, TSimd.Load(tap));
                        if (TVectors.Value > 1) sum1 = TSimd.Add(sum1, TSimd.Load(tap + TSimd.Count));
                    }
                }

                var share = TSimd.Broadcast(1f / Math.Max(1, Row.Height * width));
                var output = Output + ((nint)j * Row.Channels) + column;
                TSimd.Store(TSimd.Multiply(sum0, share), output);
                if (TVectors.Value > 1) TSimd.Store(TSimd.Multiply(sum1, share), output + TSimd.Count);
            }
        }
    }
}
