using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The sums of a batch normalization's gradient, Σ g·x̂ and Σ g of each channel, in one pass over g and x. Inputs: [g, x, moments, gamma, beta]. If
/// an activation follows, the kernel recomputes its mask from x, which costs less than reading its output.
/// </summary>
/// <remarks>Phase 0 computes the factors of the channels; in phase 1 each unit sums its rows; phase 2 adds the sums of the units in order.</remarks>
internal sealed unsafe class BatchNormalizationSumsKernel(ChannelRows rows, float epsilon, Epilogue epilogue = Epilogue.None) : Kernel
{
    public override int Phases => 3;

    public override int ScratchFloats => (rows.Units + 1) * 2 * rows.Channels;

    public override int Units(int phase) => phase == 1 ? rows.Units : 1;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var channels = rows.Channels;
        var partials = buffers.Scratch + (2 * channels);
        if (phase == 0)
        {
            ChannelFactors.MinusMean(buffers.Input(2), buffers.Scratch, channels);
            ChannelFactors.Scale(buffers.Input(2), buffers.Input(3), epsilon, buffers.Scratch + channels, channels);
            return;
        }

        if (phase == 2)
        {
            PartialSums.Add(partials, rows.Units, 2 * channels, buffers.Output, 0, 2 * channels);
            ChannelFactors.Scale(buffers.Input(2), buffers.Output, epsilon, buffers.Scratch, channels);
            new ReadOnlySpan<float>(buffers.Scratch, channels).CopyTo(new Span<float>(buffers.Output, channels));
            return;
        }

        var pass = new Pass
        {
            Sums = partials + ((nint)unit * 2 * channels),
            MinusMean = buffers.Scratch,
            Factor = buffers.Scratch + channels,
            Offset = buffers.Input(4),
            Channels = channels,
            Epilogue = epilogue,
        };
        new Span<float>(pass.Sums, 2 * channels).Clear();
        for (var done = 0; done < rows.RowsOf(unit); done += pass.Count)
        {
            (var first, pass.Count) = rows.Chunk(unit, done);
            pass.Gradient = buffers.Input(0) + ((nint)first * channels);
            pass.Input = buffers.Input(1) + ((nint)first * channels);
            Columns.Sweep(0, channels, ref pass);
        }
    }

    private struct Pass : IColumnPass
    {
        public float* Gradient;
        public float* Input;
        public float* Sums;
        public float* MinusMean;
        public float* Factor;
        public float* Offset;
        public int Count;
        public int Channels;
        public Epilogue Epilogue;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var mask = ActivationMask<TVector, TSimd>.Of(Epilogue);
            float* g = Gradient + column, x = Input + column, sums = Sums + column;
            float* minusMean = MinusMean + column, factor = Factor + column, offset = Offset + column;
            nint channels = Channels;
            var second = TVectors.Value > 1 ? TSimd.Count : 0;
            TVector mean0 = TSimd.Load(minusMean), factor0 = TSimd.Load(factor), offset0 = TSimd.Load(offset);
            TVector mean1 = TSimd.Load(minusMean + second), factor1 = TSimd.Load(factor + second), offset1 = TSimd.Load(offset + second);
            TVector product0 = TSimd.Load(sums), sum0 = TSimd.Load(sums + channels);
            TVector product1 = TSimd.Load(sums + second), sum1 = TSimd.Load(sums + channels + second);
            for (var left = Count; left > 0; left--, g += channels, x += channels)
            {
                var d0 = TSimd.Add(TSimd.Load(x), mean0);
                var g0 = mask.Pass(TSimd.Load(g), d0, factor0, offset0);
                product0 = TSimd.MultiplyAdd(g0, d0, product0);
                sum0 = TSimd.Add(sum0, g0);
                if (TVectors.Value == 1) continue;
                var d1 = TSimd.Add(TSimd.Load(x + TSimd.Count), mean1);
                var g1 = mask.Pass(TSimd.Load(g + TSimd.Count), d1, factor1, offset1);
                product1 = TSimd.MultiplyAdd(g1, d1, product1);
                sum1 = TSimd.Add(sum1, g1);
            }

            TSimd.Store(product0, sums);
            TSimd.Store(sum0, sums + channels);
            if (TVectors.Value == 1) return;
            TSimd.Store(product1, sums + TSimd.Count);
            TSimd.Store(sum1, sums + channels + TSimd.Count);
        }
    }
}

/// <summary>The mask of an activation, computed from its input: gradients pass where 0 &lt; γ·x̂ + β, for relu6 also &lt; 6. Others become 0.</summary>
internal readonly struct ActivationMask<TVector, TSimd>(TVector ceiling, bool isActive)
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    public static ActivationMask<TVector, TSimd> Of(Epilogue epilogue) =>
        new(TSimd.Broadcast(epilogue == Epilogue.Relu6 ? 6 : float.PositiveInfinity), epilogue != Epilogue.None);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Pass(TVector gradient, TVector deviation, TVector factor, TVector offset)
    {
        if (!isActive) return gradient;
        var output = TSimd.MultiplyAdd(deviation, factor, offset);
        return TSimd.SelectBetter(output, default, TSimd.SelectBetter(ceiling, output, gradient, default), default);
    }
}
