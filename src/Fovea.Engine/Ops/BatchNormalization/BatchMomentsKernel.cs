using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Mean and variance of each channel in one pass over memory. A unit of m rows sums x − s and (x − s)², where s is its first row. On the scale of
/// the standard deviation s is near the mean, so Σ(x−s)² − (Σ(x−s))²/m is accurate even if the mean is far from zero. The means and the sums of
/// squared deviations of the units are then merged in order, as in Chan, Golub and LeVeque 1983, eq. 2.1.
/// </summary>
internal sealed unsafe class BatchMomentsKernel(ChannelRows rows) : Kernel
{
    private const int MergeChannels = 256;

    public override int Phases => 2;

    public override int ScratchFloats => rows.Units * 2 * rows.Channels;

    public override int Units(int phase) => phase == 0 ? rows.Units : (rows.Channels + MergeChannels - 1) / MergeChannels;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var channels = rows.Channels;
        if (phase == 1)
        {
            var merge = new Merge { Rows = rows, Input = buffers.Input(0), Sums = buffers.Scratch, Moments = buffers.Output };
            Columns.Sweep(unit * MergeChannels, Math.Min(channels, (unit + 1) * MergeChannels), ref merge);
            return;
        }

        var input = buffers.Input(0);
        var sums = buffers.Scratch + ((nint)unit * 2 * channels);
        new Span<float>(sums, 2 * channels).Clear();
        var add = new Add { Shift = input + ((nint)unit * rows.UnitRows * channels), Sums = sums, Channels = channels };
        for (var done = 0; done < rows.RowsOf(unit); done += add.Count)
        {
            (var first, add.Count) = rows.Chunk(unit, done);
            add.Input = input + ((nint)first * channels);
            Columns.Sweep(0, channels, ref add);
        }
    }

    /// <summary>Adds the deviations of a chunk from the shift, and their squares, to the sums.</summary>
    private struct Add : IColumnPass
    {
        public float* Input;
        public float* Shift;
        public float* Sums;
        public int Count;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var minus = TSimd.Broadcast(-1);
            float* sum = Sums + column, square = sum + Channels, shift = Shift + column, x = Input + column;
            TVector sum0 = TSimd.Load(sum), square0 = TSimd.Load(square), shift0 = TSimd.Multiply(minus, TSimd.Load(shift));
            TVector sum1 = default, square1 = default, shift1 = default;
            if (TVectors.Value > 1)
            {
                sum1 = TSimd.Load(sum + TSimd.Count);
                square1 = TSimd.Load(square + TSimd.Count);
                shift1 = TSimd.Multiply(minus, TSimd.Load(shift + TSimd.Count));
            }

            for (var left = Count; left > 0; left--, x += Channels)
            {
                var d0 = TSimd.Add(TSimd.Load(x), shift0);
                sum0 = TSimd.Add(sum0, d0);
                square0 = TSimd.MultiplyAdd(d0, d0, square0);
                if (TVectors.Value == 1) continue;
                var d1 = TSimd.Add(TSimd.Load(x + TSimd.Count), shift1);
                sum1 = TSimd.Add(sum1, d1);
                square1 = TSimd.MultiplyAdd(d1, d1, square1);
            }

            TSimd.Store(sum0, sum);
            TSimd.Store(square0, square);
            if (TVectors.Value == 1) return;
            TSimd.Store(sum1, sum + TSimd.Count);
            TSimd.Store(square1, square + TSimd.Count);
        }
    }

    /// <summary>
    /// Merges the units. Let δᵢ be the mean of unit i minus the first row of the tensor, mᵢ the number of its rows, and n that of all rows. Then the
    /// mean minus the first row is δ = Σ mᵢ·δᵢ / n, and n · variance = Σ (squared deviations within unit i + mᵢ·(δᵢ − δ)²).
    /// </summary>
    private struct Merge : IColumnPass
    {
        public ChannelRows Rows;
        public float* Input;
        public float* Sums;
        public float* Moments;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
            var share = TSimd.Broadcast(1f / Rows.Rows);
            TVector mean = default, variance = default;
            for (var unit = 0; unit < Rows.Units; unit++)
                mean = TSimd.MultiplyAdd(MeanOf<TVector, TSimd>(unit, column), TSimd.Multiply(TSimd.Broadcast(Rows.RowsOf(unit)), share), mean);
            for (var unit = 0; unit < Rows.Units; unit++)
            {
                var count = Rows.RowsOf(unit);
                var sum = TSimd.Load(Sums + ((nint)unit * 2 * Rows.Channels) + column);
                var within = TSimd.MultiplyAdd(
                    TSimd.Multiply(sum, TSimd.Broadcast(-1f / count)), sum, TSimd.Load(Sums + ((((nint)unit * 2) + 1) * Rows.Channels) + column));
                var between = TSimd.MultiplyAdd(mean, TSimd.Broadcast(-1), MeanOf<TVector, TSimd>(unit, column));
                variance = TSimd.Add(variance, TSimd.MultiplyAdd(TSimd.Multiply(between, TSimd.Broadcast(count)), between, TSimd.AtLeast(default, within)));
            }

            TSimd.Store(TSimd.Add(TSimd.Load(Input + column), mean), Moments + column);
            TSimd.Store(TSimd.Multiply(variance, share), Moments + Rows.Channels + column);
        }

        /// <summary>The mean of a unit minus the first row of the tensor.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly TVector MeanOf<TVector, TSimd>(int unit, int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            var shift = TSimd.MultiplyAdd(
                TSimd.Load(Input + column), TSimd.Broadcast(-1), TSimd.Load(Input + ((nint)unit * Rows.UnitRows * Rows.Channels) + column));
            return TSimd.MultiplyAdd(TSimd.Load(Sums + ((nint)unit * 2 * Rows.Channels) + column), TSimd.Broadcast(1f / Rows.RowsOf(unit)), shift);
        }
    }
}
