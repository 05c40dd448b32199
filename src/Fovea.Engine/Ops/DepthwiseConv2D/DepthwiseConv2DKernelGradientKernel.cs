using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a depthwise convolution with respect to its kernel: inputs [image, output gradient], output (u, v, c, 1). The sum of each tap over a row of
/// outputs stays in a register.
/// </summary>
/// <remarks>In phase 0 a unit sums one image, which is a shard. Phase 1 adds the shards.</remarks>
internal sealed unsafe class DepthwiseConv2DKernelGradientKernel(int batch, Window2D window, int channels) : Kernel
{
    private readonly ShardedSum sum = new(Cut.Every(1, batch), window.KernelHeight * window.KernelWidth * channels);

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int Units(int phase) => phase == 0 ? batch : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var pass = new Pass
        {
            Window = window,
            Channels = channels,
            Image = buffers.Input(0) + ((nint)unit * window.InputHeight * window.InputWidth * channels),
            OutputGradient = buffers.Input(1) + ((nint)unit * window.OutputHeight * window.OutputWidth * channels),
            Sums = sum.Target(unit, buffers),
        };
        new Span<float>(pass.Sums, window.KernelHeight * window.KernelWidth * channels).Clear();
        for (var i = 0; i < window.OutputHeight; i++)
        {
            pass.Row = i;
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public float* Image;
        public float* OutputGradient;
        public float* Sums;
        public int Channels;
        public int Row;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var top = (Row * Window.StrideHeight) - Window.PadTop;
            var (firstRow, endRow) = Taps.Inside(top, Window.KernelHeight, Window.DilationHeight, Window.InputHeight);
            nint pixelStep = (nint)Window.StrideWidth * Channels;
            for (var u = firstRow; u < endRow; u++)
            {
                var y = top + (u * Window.DilationHeight);
                for (var v = 0; v < Window.KernelWidth; v++)
                {
                    var (first, end) = Taps.Outputs(v, Window.OutputWidth, Window.StrideWidth, Window.DilationWidth, Window.PadLeft, Window.InputWidth);
                    var x = (first * Window.StrideWidth) + (v * Window.DilationWidth) - Window.PadLeft;
                    var pixel = Image + ((((nint)y * Window.InputWidth) + x) * Channels) + column;
                    var gradient = OutputGradient + ((((nint)Row * Window.OutputWidth) + first) * Channels) + column;
                    var sum = Sums + ((((nint)u * Window.KernelWidth) + v) * Channels) + column;
                    TVector sum0 = TSimd.Load(sum), sum1 = default;
                    if (TVectors.Value > 1) sum1 = TSimd.Load(sum + TSimd.Count);
                    for (var j = first; j < end; j++, pixel += pixelStep, gradient += Channels)
                    {
                        sum0 = TSimd.MultiplyAdd(TSimd.Load(pixel), TSimd.Load(gradient), sum0);
                        if (TVectors.Value > 1) sum1 = TSimd.MultiplyAdd(TSimd.Load(pixel + TSimd.Count), TSimd.Load(gradient + TSimd.Count), sum1);
                    }

                    TSimd.Store(sum0, sum);
                    if (TVectors.Value > 1) TSimd.Store(sum1, sum + TSimd.Count);
                }
            }
        }
    }
}
