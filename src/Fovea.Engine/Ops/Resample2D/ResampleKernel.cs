using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Resamples each output row in two steps: down the columns, into a row of the input's width in scratch, then along this row. Lanes hold the floats of
/// a row in the first step and channels in the second. A unit is a band of output rows of one image. An input row that needs no first step is read
/// in place, and an output row that is equal to the previous one of the band is copied.
/// </summary>
internal sealed unsafe class ResampleKernel : Kernel
{
    private readonly int batch;
    private readonly int channels;
    private readonly int inputRows;
    private readonly Axis rows;
    private readonly Axis columns;
    private readonly Cut bands;

    public ResampleKernel(int batch, AxisTaps rows, AxisTaps columns, int channels)
    {
        this.batch = batch;
        this.channels = channels;
        inputRows = rows.Inputs;
        this.rows = new Axis(rows);
        this.columns = new Axis(columns);
        InputWidth = columns.Inputs;
        var touched = (long)batch * channels * ((rows.Outputs * (long)columns.Outputs) + (rows.Inputs * (long)columns.Inputs));
        bands = Cut.Into(Cut.Ceiling(Granularity.OfFloats(touched), batch), rows.Outputs);
    }

    public override int WorkerScratchFloats => InputRow;

    private int InputWidth { get; }

    private int InputRow => InputWidth * channels;

    private int OutputRow => columns.Count.Length * channels;

    public override int Units(int phase) => batch * bands.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (image, band) = Math.DivRem(unit, bands.Parts);
        var input = buffers.Input(0) + ((nint)image * inputRows * InputRow);
        for (var i = bands.Start(band); i < bands.Start(band + 1); i++)
        {
            var output = buffers.Output + ((((nint)image * rows.Count.Length) + i) * OutputRow);
            if (i > bands.Start(band) && rows.RepeatsAt(i))
            {
                new ReadOnlySpan<float>(output - OutputRow, OutputRow).CopyTo(new Span<float>(output, OutputRow));
                continue;
            }

            fixed (float* down = rows.Weights, right = columns.Weights)
            fixed (int* first = columns.First, count = columns.Count)
            {
                var row = input + ((nint)rows.First[i] * InputRow);
                if (!rows.IsCopyAt(i))
                {
                    var sum = new Sum
                    {
                        Source = row,
                        Step = InputRow,
                        Weights = down + (i * rows.MaxLength),
                        Count = rows.Count[i],
                        Target = buffers.WorkerScratch,
                    };
                    Columns.Sweep(0, InputRow, ref sum);
                    row = buffers.WorkerScratch;
                }

                var sums = new Sums
                {
                    Row = row,
                    Output = output,
                    Channels = channels,
                    Outputs = columns.Count.Length,
                    First = first,
                    Count = count,
                    Weights = right,
                    MaxLength = columns.MaxLength,
                };
                Columns.Sweep(0, channels, ref sums);
            }
        }
    }

    /// <summary>The taps of an axis as flat arrays. The weights of output i begin at i · <see cref="MaxLength"/>.</summary>
    private sealed class Axis
    {
        public Axis(AxisTaps taps)
        {
            MaxLength = taps.MaxLength;
            First = new int[taps.Outputs];
            Count = new int[taps.Outputs];
            Weights = new float[taps.Outputs * MaxLength];
            for (var i = 0; i < taps.Outputs; i++)
            {
                (First[i], var weights) = taps[i];
                Count[i] = weights.Length;
                for (var t = 0; t < weights.Length; t++) Weights[(i * MaxLength) + t] = (float)weights[t];
            }
        }

        public int MaxLength { get; }

        public int[] First { get; }

        public int[] Count { get; }

        public float[] Weights { get; }

        /// <summary>Whether an output is a copy of one input.</summary>
        public bool IsCopyAt(int i) => Count[i] == 1 && Weights[i * MaxLength] == 1;

        /// <summary>Whether an output equals the one before it.</summary>
        public bool RepeatsAt(int i) => First[i] == First[i - 1] && Of(i).SequenceEqual(Of(i - 1));

        private ReadOnlySpan<float> Of(int i) => Weights.AsSpan(i * MaxLength, Count[i]);
    }

    /// <summary>One weighted sum of rows.</summary>
    private struct Sum : IColumnPass
    {
        public float* Source;
        public nint Step;
        public float* Weights;
        public int Count;
        public float* Target;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent => Add<TVector, TSimd, TVectors>(Source + column, Step, Weights, Count, Target + column);
    }

    /// <summary>All weighted sums of the pixels of a row.</summary>
    private struct Sums : IColumnPass
    {
        public float* Row;
        public float* Output;
        public int Channels;
        public int Outputs;
        public int* First;
        public int* Count;
        public float* Weights;
        public int MaxLength;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            for (var j = 0; j < Outputs; j++)
                Add<TVector, TSimd, TVectors>(
                    Row + ((nint)First[j] * Channels) + column, Channels, Weights + ((nint)j * MaxLength), Count[j], Output + ((nint)j * Channels) + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVector, TSimd, TVectors>(float* source, nint step, float* weights, int count, float* target)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        TVector sum0 = default, sum1 = default;
        for (var t = 0; t < count; t++, source += step)
        {
            var weight = TSimd.Broadcast(weights[t]);
            sum0 = TSimd.MultiplyAdd(TSimd.Load(source), weight, sum0);
            if (TVectors.Value > 1) sum1 = TSimd.MultiplyAdd(TSimd.Load(source + TSimd.Count), weight, sum1);
        }

        TSimd.Store(sum0, target);
        if (TVectors.Value > 1) TSimd.Store(sum1, target + TSimd.Count);
    }
}
