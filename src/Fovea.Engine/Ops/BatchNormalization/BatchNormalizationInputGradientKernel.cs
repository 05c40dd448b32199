using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient of a batch normalization with respect to its input, in one pass over g and x. Inputs: [g, x, moments, gamma, beta, sums]. The
/// gradient is f·g + (x − mean)·a + b, where f = γ/σ, a = −f·Σ(g·x̂) / (n·σ) and b = −f·Σg / n.
/// </summary>
/// <remarks>Phase 0 computes −mean, f, a and b for each channel.</remarks>
internal sealed unsafe class BatchNormalizationInputGradientKernel(ChannelRows rows, float epsilon, Epilogue epilogue = Epilogue.None) : Kernel
{
    public override int Phases => 2;

    public override int ScratchFloats => 4 * rows.Channels;

    public override bool CanOverwrite(int input) => input == 0;

    public override int Units(int phase) => phase == 0 ? 1 : rows.Units;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var channels = rows.Channels;
        float* minusMean = buffers.Scratch, factor = minusMean + channels, slope = factor + channels, constant = slope + channels;
        if (phase == 0)
        {
            ChannelFactors.MinusMean(buffers.Input(2), minusMean, channels);
            ChannelFactors.Scale(buffers.Input(2), buffers.Input(3), epsilon, factor, channels);
            ChannelFactors.Scale(buffers.Input(2), buffers.Input(5), epsilon, slope, channels);
            Product(slope, factor, slope, channels);
            Product(buffers.Input(5) + channels, factor, constant, channels);
            return;
        }

        var pass = new Pass
        {
            MinusMean = minusMean,
            Factor = factor,
            Slope = slope,
            Constant = constant,
            Offset = buffers.Input(4),
            Channels = channels,
            Epilogue = epilogue,
        };
        for (var done = 0; done < rows.RowsOf(unit); done += pass.Count)
        {
            (var first, pass.Count) = rows.Chunk(unit, done);
            var start = (nint)first * channels;
            pass.Gradient = buffers.Input(0) + start;
            pass.Input = buffers.Input(1) + start;
            pass.Output = buffers.Output + start;
            Columns.Sweep(0, channels, ref pass);
        }
    }

    /// <summary>−x·y / n.</summary>
    private void Product(float* x, float* y, float* target, int channels)
    {
        var span = new Span<float>(target, channels);
        TensorPrimitives.Multiply(new ReadOnlySpan<float>(x, channels), new ReadOnlySpan<float>(y, channels), span);
        TensorPrimitives.Multiply(span, -1f / rows.Rows, span);
    }

    private struct Pass : IColumnPass
    {
        public float* Gradient;
        public float* Input;
        public float* Output;
        public float* MinusMean;
        public float* Factor;
        public float* Offset;
        public float* Slope;
        public float* Constant;
        public int Count;
        public int Channels;
        public Epilogue Epilogue;

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
            var mask = ActivationMask<TVector, TSimd>.Of(Epilogue);
            TVector minusMean = TSimd.Load(MinusMean + column), factor = TSimd.Load(Factor + column), offset = TSimd.Load(Offset + column);
            TVector slope = TSimd.Load(Slope + column), constant = TSimd.Load(Constant + column);
            float* g = Gradient + column, x = Input + column, output = Output + column;
            nint step = Channels;
            for (var left = Count; left > 0; left--, g += step, x += step, output += step)
            {
                var deviation = TSimd.Add(TSimd.Load(x), minusMean);
                var passed = mask.Pass(TSimd.Load(g), deviation, factor, offset);
                TSimd.Store(TSimd.MultiplyAdd(passed, factor, TSimd.MultiplyAdd(deviation, slope, constant)), output);
            }
        }
    }
}
