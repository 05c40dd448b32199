using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Batch normalization with given moments. Inputs: [x, moments, gamma, beta], and optionally a residual. One pass reads x and writes the output of
/// the activation. Lanes hold channels.
/// </summary>
/// <remarks>
/// Phase 0 computes −mean and γ/√(variance + ε). The mean is first subtracted from x, which is exact for x near the mean. Merging it into the offset
/// would cause rounding errors on the scale of the mean.
/// </remarks>
internal sealed unsafe class BatchNormalizationKernel(ChannelRows rows, float epsilon, Epilogue epilogue = Epilogue.None, bool hasResidual = false) : Kernel
{
    private readonly bool isNonTemporal = NonTemporalStore.Pays((long)rows.Rows * rows.Channels);

    public override int Phases => 2;

    public override int ScratchFloats => 2 * rows.Channels;

    public override bool CanOverwrite(int input) => input == (hasResidual ? 4 : 0);

    public override int Units(int phase) => phase == 0 ? 1 : rows.Units;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var channels = rows.Channels;
        if (phase == 0)
        {
            ChannelFactors.MinusMean(buffers.Input(1), buffers.Scratch, channels);
            ChannelFactors.Scale(buffers.Input(1), buffers.Input(2), epsilon, buffers.Scratch + channels, channels);
            return;
        }

        var pass = new Pass
        {
            MinusMean = buffers.Scratch,
            Factor = buffers.Scratch + channels,
            Offset = buffers.Input(3),
            Channels = channels,
            Epilogue = epilogue,
            IsNonTemporal = isNonTemporal,
        };
        for (var done = 0; done < rows.RowsOf(unit); done += pass.Count)
        {
            (var first, pass.Count) = rows.Chunk(unit, done);
            var start = (nint)first * channels;
            pass.Input = buffers.Input(0) + start;
            pass.Residual = hasResidual ? buffers.Input(4) + start : null;
            pass.Output = buffers.Output + start;
            Columns.Sweep(0, channels, ref pass);
        }

        if (isNonTemporal) NonTemporalStore.Fence();
    }

    private struct Pass : IColumnPass
    {
        public float* Input;
        public float* Residual;
        public float* Output;
        public float* MinusMean;
        public float* Factor;
        public float* Offset;
        public int Count;
        public int Channels;
        public Epilogue Epilogue;
        public bool IsNonTemporal;

        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            OneVector<TVector, TSimd>(column);
            if (TVectors.Value > 1) OneVector<TVector, TSimd>(column + TSimd.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void OneVector<TVector, TSimd>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            TVector minusMean = TSimd.Load(MinusMean + column), factor = TSimd.Load(Factor + column), offset = TSimd.Load(Offset + column);
            float* x = Input + column, y = Output + column, residual = Residual + column;
            nint step = Channels;
            var bypassesCache = IsNonTemporal && NonTemporalStore.Fits<TVector>(y, step);
            var hasResidual = Residual != null;
            for (var left = Count; left > 0; left--, x += step, y += step, residual += step)
            {
                var value = TSimd.MultiplyAdd(TSimd.Add(TSimd.Load(x), minusMean), factor, offset);
                if (hasResidual) value = TSimd.Add(value, TSimd.Load(residual));
                var result = Epilogue.Apply<TVector, TSimd>(value);
                if (bypassesCache) NonTemporalStore.Store(result, y);
                else TSimd.Store(result, y);
            }
        }
    }
}
