using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Depthwise convolution of images (n, h, w, c) with one kernel per channel (u, v, c, 1): inputs [image, kernel] or [image, kernel, bias]. Lanes hold
/// channels. Up to four adjacent outputs whose windows have the same taps inside the image share each load of the kernel; their sums stay in registers for
/// the whole window. Channels are the inner loop, so that memory is read in order.
/// </summary>
internal sealed unsafe class DepthwiseConv2DKernel : Kernel
{
    private const int MaxGroup = 4;

    private readonly Window2D window;
    private readonly int channels;
    private readonly bool hasBias;
    private readonly Epilogue epilogue;
    private readonly PoolUnits units;
    private readonly bool isNonTemporal;

    public DepthwiseConv2DKernel(int batch, Window2D window, int channels, bool hasBias, Epilogue epilogue = Epilogue.None)
    {
        this.window = window;
        this.channels = channels;
        this.hasBias = hasBias;
        this.epilogue = epilogue;
        units = PoolUnits.Create(batch, window, channels);
        isNonTemporal = NonTemporalStore.Pays((long)batch * window.OutputHeight * window.OutputWidth * channels);
    }

    public override int Units(int phase) => units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (image, firstRow, endRow, firstChannel, endChannel) = units[unit];
        var input = buffers.Input(0) + ((nint)image * window.InputHeight * window.InputWidth * channels);
        var pass = new Pass
        {
            Kernel = buffers.Input(1),
            Bias = hasBias ? buffers.Input(2) : null,
            Output = buffers.Output + ((((nint)image * window.OutputHeight) + firstRow) * window.OutputWidth * channels),
            Channels = channels,
            KernelWidth = window.KernelWidth,
            PixelStep = (nint)window.StrideWidth * channels,
            RowStep = (nint)window.DilationHeight * window.InputWidth * channels,
            ColumnStep = (nint)window.DilationWidth * channels,
            Epilogue = epilogue,
            IsNonTemporal = isNonTemporal,
        };
        for (var i = firstRow; i < endRow; i++)
        {
            var top = (i * window.StrideHeight) - window.PadTop;
            (pass.FirstRow, pass.EndRow) = Taps.Inside(top, window.KernelHeight, window.DilationHeight, window.InputHeight);
            Row(input + ((nint)(top + (pass.FirstRow * window.DilationHeight)) * window.InputWidth * channels), firstChannel, endChannel, ref pass);
        }

        if (isNonTemporal) NonTemporalStore.Fence();
    }

    /// <summary>Computes one row of outputs, one group of adjacent outputs after the other.</summary>
    private void Row(float* rows, int firstChannel, int endChannel, ref Pass pass)
    {
        for (var j = 0; j < window.OutputWidth; j += pass.Count, pass.Output += (nint)pass.Count * channels)
        {
            var taps = TapsOf(j);
            (pass.FirstColumn, pass.EndColumn) = taps;
            for (pass.Count = 1; pass.Count < MaxGroup && j + pass.Count < window.OutputWidth && TapsOf(j + pass.Count) == taps;) pass.Count++;
            pass.Image = rows + ((nint)((j * window.StrideWidth) - window.PadLeft + (pass.FirstColumn * window.DilationWidth)) * channels);
            Columns.Sweep(firstChannel, endChannel, ref pass);
        }
    }

    private (int First, int End) TapsOf(int j) =>
        Taps.Inside((j * window.StrideWidth) - window.PadLeft, window.KernelWidth, window.DilationWidth, window.InputWidth);

    /// <summary>Computes <c>Count</c> adjacent outputs for one block of channels.</summary>
    private struct Pass : IColumnPass
    {
        public float* Image;
        public float* Kernel;
        public float* Bias;
        public float* Output;
        public nint PixelStep;
        public nint RowStep;
        public nint ColumnStep;
        public int Channels;
        public int KernelWidth;
        public int Count;
        public int FirstRow;
        public int EndRow;
        public int FirstColumn;
        public int EndColumn;
        public Epilogue Epilogue;
        public bool IsNonTemporal;

        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            switch (Count)
            {
                case 4: Group<TVector, TSimd, TVectors, Four>(column); break;
                case 3: Group<TVector, TSimd, TVectors, Three>(column); break;
                case 2: Group<TVector, TSimd, TVectors, Two>(column); break;
                default: Group<TVector, TSimd, TVectors, One>(column); break;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private readonly void Group<TVector, TSimd, TVectors, TCount>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
            where TCount : struct, IExtent
        {
            TVector s00 = default, s01 = default;
            if (Bias != null)
            {
                s00 = TSimd.Load(Bias + column);
                if (TVectors.Value > 1) s01 = TSimd.Load(Bias + column + TSimd.Count);
            }

            TVector s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01;
            nint channels = Channels, next = PixelStep, columnStep = ColumnStep;
            var row = Image + column;
            var weightRow = Kernel + ((((nint)FirstRow * KernelWidth) + FirstColumn) * channels) + column;
            for (var u = EndRow - FirstRow; u > 0; u--, row += RowStep, weightRow += KernelWidth * channels)
            {
                float* pixel = row, weights = weightRow;
                for (var v = EndColumn - FirstColumn; v > 0; v--, pixel += columnStep, weights += channels)
                {
                    var w0 = TSimd.Load(weights);
                    var w1 = TVectors.Value > 1 ? TSimd.Load(weights + TSimd.Count) : default;
                    Step<TVector, TSimd, TVectors>(pixel, w0, w1, ref s00, ref s01);
                    if (TCount.Value > 1) Step<TVector, TSimd, TVectors>(pixel + next, w0, w1, ref s10, ref s11);
                    if (TCount.Value > 2) Step<TVector, TSimd, TVectors>(pixel + (2 * next), w0, w1, ref s20, ref s21);
                    if (TCount.Value > 3) Step<TVector, TSimd, TVectors>(pixel + (3 * next), w0, w1, ref s30, ref s31);
                }
            }

            var output = Output + column;
            var bypasses = IsNonTemporal && NonTemporalStore.Fits<TVector>(output, channels);
            End<TVector, TSimd, TVectors>(bypasses, s00, s01, output);
            if (TCount.Value > 1) End<TVector, TSimd, TVectors>(bypasses, s10, s11, output + channels);
            if (TCount.Value > 2) End<TVector, TSimd, TVectors>(bypasses, s20, s21, output + (2 * channels));
            if (TCount.Value > 3) End<TVector, TSimd, TVectors>(bypasses, s30, s31, output + (3 * channels));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TVector, TSimd, TVectors>(float* pixel, TVector w0, TVector w1, ref TVector s0, ref TVector s1)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            s0 = TSimd.MultiplyAdd(w0, TSimd.Load(pixel), s0);
            if (TVectors.Value > 1) s1 = TSimd.MultiplyAdd(w1, TSimd.Load(pixel + TSimd.Count), s1);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void End<TVector, TSimd, TVectors>(bool bypasses, TVector s0, TVector s1, float* output)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            s0 = Epilogue.Apply<TVector, TSimd>(s0);
            if (TVectors.Value > 1) s1 = Epilogue.Apply<TVector, TSimd>(s1);
            if (bypasses)
            {
                NonTemporalStore.Store(s0, output);
                if (TVectors.Value > 1) NonTemporalStore.Store(s1, output + TSimd.Count);
                return;
            }

            TSimd.Store(s0, output);
            if (TVectors.Value > 1) TSimd.Store(s1, output + TSimd.Count);
        }
    }
}
