using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Sums the rows of a matrix, as the gradient of a bias does: input [rows, columns], output [columns]. A second input of the same size may be a mask:
/// only values where it is above 0 count. Each shard of rows is summed in four interleaved chains, which hide the latency of the addition; then
/// the sums of the shards are added in order.
/// </summary>
internal sealed unsafe class SumRowsKernel : Kernel
{
    private const int MinUnitFloats = 16 * 1024;
    private const int MaxShards = 64;

    private readonly int columns;
    private readonly ShardedSum sum;
    private readonly bool isMasked;

    public SumRowsKernel(int rows, int columns, bool isMasked = false)
    {
        this.isMasked = isMasked;
        this.columns = columns;
        var shards = (int)Math.Clamp((long)rows * columns / MinUnitFloats, 1, MaxShards);
        sum = new ShardedSum(Cut.Every(Cut.Ceiling(rows, shards), rows), columns);
    }

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int Units(int phase) => phase == 0 ? sum.Count : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var first = sum.Start(unit);
        var pass = new Pass
        {
            Source = buffers.Input(0) + ((nint)first * columns),
            Rows = sum.Start(unit + 1) - first,
            RowStep = columns,
            IsMasked = isMasked,
            ToMask = isMasked ? (nint)(buffers.Input(1) - buffers.Input(0)) : 0,
            Sum = sum.Target(unit, buffers),
        };
        Columns.Sweep(0, columns, ref pass);
    }

    private struct Pass : IColumnPass
    {
        public float* Source;
        public float* Sum;
        public int Rows;
        public nint RowStep;
        public bool IsMasked;
        public nint ToMask;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            Chain<TVector, TSimd>(column);
            if (TVectors.Value > 1) Chain<TVector, TSimd>(column + TSimd.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Chain<TVector, TSimd>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            var row = Source + column;
            var left = Rows;
            for (; left >= 4; left -= 4, row += 4 * RowStep)
            {
                s0 = TSimd.Add(s0, Load<TVector, TSimd>(row));
                s1 = TSimd.Add(s1, Load<TVector, TSimd>(row + RowStep));
                s2 = TSimd.Add(s2, Load<TVector, TSimd>(row + (2 * RowStep)));
                s3 = TSimd.Add(s3, Load<TVector, TSimd>(row + (3 * RowStep)));
            }

            for (; left > 0; left--, row += RowStep) s0 = TSimd.Add(s0, Load<TVector, TSimd>(row));
            TSimd.Store(TSimd.Add(TSimd.Add(s0, s1), TSimd.Add(s2, s3)), Sum + column);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly TVector Load<TVector, TSimd>(float* source)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
        {
            var value = TSimd.Load(source);
            return IsMasked ? TSimd.SelectAbove(TSimd.Load(source + ToMask), default, value, default) : value;
        }
    }
}
