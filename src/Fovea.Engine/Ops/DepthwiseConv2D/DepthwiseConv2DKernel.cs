using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Depthwise convolution of NHWC images with one kernel (u, v, c, 1) for each channel: inputs [image, kernel] or [image, kernel, bias].
/// Lanes hold channels; the sum of an output stays in a register over all positions of its window inside the image.
/// </summary>
internal sealed unsafe class DepthwiseConv2DKernel(int batch, Window2D window, int channels, bool hasBias, Epilogue epilogue = Epilogue.None) : Kernel
{
    private readonly PoolUnits units = PoolUnits.Create(batch, window, channels);

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (image, first, end) = units[unit];
        var pass = new Pass
        {
            Window = window,
            Channels = channels,
            Kernel = buffers.Input(1),
            Bias = hasBias ? buffers.Input(2) : null,
            Epilogue = epilogue,
            Image = buffers.Input(0) + ((nint)image * window.InputHeight * window.InputWidth * channels),
        };
        for (var i = first; i < end; i++)
        {
            pass.Row = i;
            pass.Output = buffers.Output + ((((nint)image * window.OutputHeight) + i) * window.OutputWidth * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public Window2D Window;
        public Epilogue Epilogue;
        public float* Image;
        public float* Kernel;
        public float* Bias;
        public float* Output;
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
            TVector start0 = default, start1 = default;
            if (Bias != null)
            {
                start0 = TSimd.Load(Bias + column);
                if (TVectors.Value > 1) start1 = TSimd.Load(Bias + column + TSimd.Count);
            }

            nint rowStep = (nint)Window.DilationHeight * Window.InputWidth * Channels, columnStep = (nint)Window.DilationWidth * Channels;
            var rows = Image + ((nint)(top + (firstRow * Window.DilationHeight)) * Window.InputWidth * Channels) + column;
            var output = Output + column;
            for (var j = 0; j < Window.OutputWidth; j++, output += Channels)
            {
                var left = (j * Window.StrideWidth) - Window.PadLeft;
                var (first, end) = Taps.Inside(left, Window.KernelWidth, Window.DilationWidth, Window.InputWidth);
                var row = rows + ((nint)(left + (first * Window.DilationWidth)) * Channels);
                TVector sum0 = start0, sum1 = start1;
                for (var u = firstRow; u < endRow; u++, row += rowStep)
                {
                    var pixel = row;
                    var weights = Kernel + ((((nint)u * Window.KernelWidth) + first) * Channels) + column;
                    for (var v = first; v < end; v++, pixel += columnStep, weights += Channels)
                    {
                        sum0 = TSimd.MultiplyAdd(TSimd.Load(pixel), TSimd.Load(weights), sum0);
                        if (TVectors.Value > 1) sum1 = TSimd.MultiplyAdd(TSimd.Load(pixel + TSimd.Count), TSimd.Load(weights + TSimd.Count), sum1);
                    }
                }

                TSimd.Store(End<TVector, TSimd>(sum0), output);
                if (TVectors.Value > 1) TSimd.Store(End<TVector, TSimd>(sum1), output + TSimd.Count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly TVector End<TVector, TSimd>(TVector sum)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            if (Epilogue == Epilogue.None) return sum;
            sum = TSimd.AtLeast(TSimd.Broadcast(0), sum);
            return Epilogue == Epilogue.Relu6 ? TSimd.AtMost(TSimd.Broadcast(6), sum) : sum;
        }
    }
}
