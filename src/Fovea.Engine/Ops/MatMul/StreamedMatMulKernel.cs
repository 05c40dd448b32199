using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The product of a few rows with a large matrix, C[M, N] = A[M, K] · B[K, N], with bias and epilogue, as in the dense layers of a large network on one
/// image. Memory bandwidth limits the speed: B is read once and in order, eight whole rows at a time. A tile would read narrow pieces that are many
/// kilobytes apart.
/// </summary>
/// <remarks>In phase 0 a unit sums a shard of K. Phase 1 adds the shards in order, then the bias, and applies the epilogue.</remarks>
internal sealed unsafe class StreamedMatMulKernel(int rows, int inner, int columns, bool hasBias, Epilogue epilogue) : Kernel
{
    /// <summary>
    /// The size of B, in floats, from which on this kernel is faster: B then fits no cache. With more rows than a few, arithmetic counts too.
    /// </summary>
    private const int MinMatrixFloats = 1 << 19;
    private const int MaxRows = 4;

    private const int Group = 8;  // rows of B at a time
    private const int ShardFloats = 32 * 1024;
    private const int MaxShards = 64;
    private const int BlockColumns = 1024;
    private const int SumColumns = 512;

    private readonly int shardRows = Cut.Ceiling(Cut.Ceiling(inner, (int)Math.Clamp((long)inner * columns / ShardFloats, 1, MaxShards)), Group) * Group;

    /// <summary>Whether this kernel is the faster one for a product of these sizes.</summary>
    public static bool Wins(int rows, int inner, int columns) => rows <= MaxRows && (long)inner * columns >= MinMatrixFloats;

    public override int Phases => 2;

    public override int ScratchFloats => Shards * rows * columns;

    private int Shards => Cut.Ceiling(inner, shardRows);

    public override int Units(int phase) => phase == 0 ? Shards : Cut.Ceiling(columns, SumColumns);

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 0) Multiply(unit, buffers);
        else AddShards(unit * SumColumns, Math.Min(columns, (unit + 1) * SumColumns), buffers);
    }

    private void Multiply(int shard, in KernelBuffers buffers)
    {
        var sums = buffers.Scratch + ((nint)shard * rows * columns);
        new Span<float>(sums, rows * columns).Clear();
        var end = Math.Min(inner, (shard + 1) * shardRows);
        var pass = new Pass { Columns = columns };
        for (var k = shard * shardRows; k < end; k += Group)
        {
            pass.Rows = Math.Min(Group, end - k);
            pass.B = buffers.Input(1) + ((nint)k * columns);
            for (var column = 0; column < columns; column += BlockColumns)
            {
                for (var row = 0; row < rows; row++)
                {
                    pass.A = buffers.Input(0) + ((nint)row * inner) + k;
                    pass.Sums = sums + ((nint)row * columns);
                    Columns.Sweep(column, Math.Min(columns, column + BlockColumns), ref pass);
                }
            }
        }
    }

    private void AddShards(int first, int end, in KernelBuffers buffers)
    {
        for (var row = 0; row < rows; row++)
        {
            var output = buffers.Output + ((nint)row * columns);
            PartialSums.Add(buffers.Scratch + ((nint)row * columns), Shards, rows * columns, output, first, end);
            var pass = new EndPass { Output = output, Bias = hasBias ? buffers.Input(2) : null, Epilogue = epilogue };
            Columns.Sweep(first, end, ref pass);
        }
    }

    /// <summary>Sums[column…] += Σ A[r] · B[r][column…] over up to eight rows.</summary>
    private struct Pass : IColumnPass
    {
        public float* A;
        public float* B;
        public float* Sums;
        public int Rows;
        public nint Columns;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var b = B + column;
            TVector sum0 = TSimd.Load(Sums + column), sum1 = TVectors.Value > 1 ? TSimd.Load(Sums + column + TSimd.Count) : default;
            for (var r = 0; r < Rows; r++, b += Columns)
            {
                var a = TSimd.Broadcast(A[r]);
                sum0 = TSimd.MultiplyAdd(a, TSimd.Load(b), sum0);
                if (TVectors.Value > 1) sum1 = TSimd.MultiplyAdd(a, TSimd.Load(b + TSimd.Count), sum1);
            }

            TSimd.Store(sum0, Sums + column);
            if (TVectors.Value > 1) TSimd.Store(sum1, Sums + column + TSimd.Count);
        }
    }

    private struct EndPass : IColumnPass
    {
        public float* Output;
        public float* Bias;
        public Epilogue Epilogue;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            for (var vector = 0; vector < TVectors.Value; vector++, column += TSimd.Count)
            {
                var sum = TSimd.Load(Output + column);
                if (Bias != null) sum = TSimd.Add(sum, TSimd.Load(Bias + column));
                TSimd.Store(Epilogue.Apply<TVector, TSimd>(sum), Output + column);
            }
        }
    }
}
