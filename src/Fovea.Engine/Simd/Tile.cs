using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Fovea.Engine.Simd;

/// <summary>The initial value of a tile's accumulators.</summary>
internal enum TileStart
{
    Zero,

    /// <summary>The bias of the column, which is thereby added for free.</summary>
    Bias,

    /// <summary>The present content of the output.</summary>
    Output,

    /// <summary>The bias plus a residual: another tensor with the output's layout.</summary>
    Residual,
}

/// <summary>The rows of a tile: for each row the address of its input in A and of its output at column 0.</summary>
internal unsafe struct TileRows
{
    /// <summary>The rows of a full tile on machines with 32 vector registers.</summary>
    public const int Capacity = 8;

    private fixed long inputs[Capacity];
    private fixed long outputs[Capacity];

    /// <summary>The number of tiles before this one on the same part of B; it selects the share to prefetch.</summary>
    public int Number;

    public readonly float* Input(int row) => (float*)inputs[row];

    /// <summary>The distance of a row's input from that of row 0.</summary>
    public readonly nint FromFirst(int row) => (nint)(inputs[row] - inputs[0]) / sizeof(float);

    public readonly float* Output(int row) => (float*)outputs[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row, float* input, float* output)
    {
        inputs[row] = (long)input;
        outputs[row] = (long)output;
    }
}

/// <summary>
/// The parameters that all tiles of a unit share.
/// </summary>
/// <param name="walk">How the reduction moves through A and B.</param>
/// <param name="b">B at column 0.</param>
/// <param name="start">The initial value of the accumulators.</param>
/// <param name="bias">The bias at column 0.</param>
/// <param name="epilogue">The activation.</param>
/// <param name="toResidual">The distance from an output value to its residual.</param>
/// <param name="prefetch">The memory to prefetch.</param>
/// <param name="inPieces">
/// Whether the sum is made in pieces: each round of the walk's outer level starts from zero and is added to the output at its end. Rounding errors then
/// grow with the root of a piece's length instead of the sum's length. There is no epilogue.
/// </param>
internal readonly unsafe struct TileFrame(
    Walk walk, float* b, TileStart start, float* bias, Epilogue epilogue, nint toResidual = 0, Prefetch prefetch = default, bool inPieces = false)
{
    public readonly bool InPieces = inPieces;
    public readonly nint ToResidual = toResidual;
    public readonly Walk Walk = walk;
    public readonly float* B = b;
    public readonly float* Bias = bias;
    public readonly TileStart Start = start;
    public readonly Epilogue Epilogue = epilogue;
    public readonly Prefetch Prefetch = prefetch;
}

/// <summary>
/// The inner loop of all convolutions and matrix products: up to eight rows by one or two vectors of columns,
/// C[r][column…] = start + Σₖ A[r](k) · B(k)[column…], then the epilogue.
/// </summary>
/// <remarks>
/// Lanes hold adjacent columns (output channels). Each step loads one or two vectors of B and, for each row, broadcasts one float of A. Rows are
/// arbitrary pointers: output pixels, or entries of a kernel's gradient. The accumulators are named locals so that they stay in registers: 8 × 2, plus 2
/// for B and 1 for A, of the 32 registers of AVX-512 and Arm; 6 × 2 + 2 + 1 of the 16 of AVX2. With fewer than six rows the loads limit the speed, with
/// fewer than four the latency of an addition. Therefore <see cref="Next"/> distributes rows evenly instead of filling tiles and leaving a rest. Every
/// element adds its products in the order of the walk, so results depend neither on the rows of a tile nor on the width of the lanes.
/// </remarks>
internal static unsafe class Tile
{
    /// <summary>The rows of a full tile on this machine.</summary>
    public static int MaxRows => Vector512.IsHardwareAccelerated || AdvSimd.Arm64.IsSupported ? TileRows.Capacity : 6;

    /// <summary>The rows of the next tile when so many are left; all tiles are about equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(int left)
    {
        var tiles = (left + MaxRows - 1) / MaxRows;
        return (left + tiles - 1) / tiles;
    }

    /// <summary>Runs a tile of <paramref name="count"/> rows, 1 to <see cref="MaxRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd, TVectors>(int count, in TileRows rows, in TileFrame frame, nint column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        if (frame.Prefetch.BytesPerStep > 0) Run<TVector, TSimd, TVectors, Prefetching>(count, rows, frame, column);
        else Run<TVector, TSimd, TVectors, NoPrefetch>(count, rows, frame, column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TVector, TSimd, TVectors, TPrefetch>(int count, in TileRows rows, in TileFrame frame, nint column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
        where TPrefetch : struct, IPrefetch
    {
        switch (count)
        {
            case 8: Run<TVector, TSimd, TVectors, Eight, TPrefetch>(rows, frame, column); break;
            case 7: Run<TVector, TSimd, TVectors, Seven, TPrefetch>(rows, frame, column); break;
            case 6: Run<TVector, TSimd, TVectors, Six, TPrefetch>(rows, frame, column); break;
            case 5: Run<TVector, TSimd, TVectors, Five, TPrefetch>(rows, frame, column); break;
            case 4: Run<TVector, TSimd, TVectors, Four, TPrefetch>(rows, frame, column); break;
            case 3: Run<TVector, TSimd, TVectors, Three, TPrefetch>(rows, frame, column); break;
            case 2: Run<TVector, TSimd, TVectors, Two, TPrefetch>(rows, frame, column); break;
            default: Run<TVector, TSimd, TVectors, One, TPrefetch>(rows, frame, column); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVector, TSimd, TVectors, TRows, TPrefetch>(in TileRows rows, in TileFrame frame, nint column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
        where TRows : struct, IExtent
        where TPrefetch : struct, IPrefetch
    {
        TVector c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default, c60 = default, c70 = default;
        TVector c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default, c61 = default, c71 = default;
        if (frame.Start != TileStart.Zero && !frame.InPieces)
        {
            var bias = frame.Start == TileStart.Output ? null : frame.Bias + column;
            var other = column + (frame.Start == TileStart.Residual ? frame.ToResidual : 0);
            var adds = frame.Start == TileStart.Residual;
            Begin<TVector, TSimd, TVectors>(bias, rows.Output(0) + other, adds, ref c00, ref c01);
            if (TRows.Value > 1) Begin<TVector, TSimd, TVectors>(bias, rows.Output(1) + other, adds, ref c10, ref c11);
            if (TRows.Value > 2) Begin<TVector, TSimd, TVectors>(bias, rows.Output(2) + other, adds, ref c20, ref c21);
            if (TRows.Value > 3) Begin<TVector, TSimd, TVectors>(bias, rows.Output(3) + other, adds, ref c30, ref c31);
            if (TRows.Value > 4) Begin<TVector, TSimd, TVectors>(bias, rows.Output(4) + other, adds, ref c40, ref c41);
            if (TRows.Value > 5) Begin<TVector, TSimd, TVectors>(bias, rows.Output(5) + other, adds, ref c50, ref c51);
            if (TRows.Value > 6) Begin<TVector, TSimd, TVectors>(bias, rows.Output(6) + other, adds, ref c60, ref c61);
            if (TRows.Value > 7) Begin<TVector, TSimd, TVectors>(bias, rows.Output(7) + other, adds, ref c70, ref c71);
        }

        // Rows of A keep their distance from the first, so that the loop moves one pointer instead of eight.
        var a0 = rows.Input(0);
        nint a1 = rows.FromFirst(1), a2 = rows.FromFirst(2), a3 = rows.FromFirst(3), a4 = rows.FromFirst(4), a5 = rows.FromFirst(5), a6 = rows.FromFirst(6),
            a7 = rows.FromFirst(7);
        nint stepA = frame.Walk.Inner.StepA, stepB = frame.Walk.Inner.StepB;
        var prefetchStep = frame.Prefetch.BytesPerStep;
        var prefetch = frame.Prefetch.Start(rows.Number);
        for (var outer = 0; outer < frame.Walk.Outer.Count; outer++)
        {
            var k = a0 + (outer * frame.Walk.Outer.StepA);
            var b = frame.B + column + (outer * frame.Walk.Outer.StepB);
            for (var middle = frame.Walk.Middle.Count; middle > 0; middle--)
            {
                var a = k;
                var p = b;
                for (var inner = frame.Walk.Inner.Count; inner > 0; inner--)
                {
                    TPrefetch.Fetch(prefetch);
                    var b0 = TSimd.Load(p);
                    var b1 = TVectors.Value > 1 ? TSimd.Load(p + TSimd.Count) : default;
                    Step<TVector, TSimd, TVectors>(*a, b0, b1, ref c00, ref c01);
                    if (TRows.Value > 1) Step<TVector, TSimd, TVectors>(a[a1], b0, b1, ref c10, ref c11);
                    if (TRows.Value > 2) Step<TVector, TSimd, TVectors>(a[a2], b0, b1, ref c20, ref c21);
                    if (TRows.Value > 3) Step<TVector, TSimd, TVectors>(a[a3], b0, b1, ref c30, ref c31);
                    if (TRows.Value > 4) Step<TVector, TSimd, TVectors>(a[a4], b0, b1, ref c40, ref c41);
                    if (TRows.Value > 5) Step<TVector, TSimd, TVectors>(a[a5], b0, b1, ref c50, ref c51);
                    if (TRows.Value > 6) Step<TVector, TSimd, TVectors>(a[a6], b0, b1, ref c60, ref c61);
                    if (TRows.Value > 7) Step<TVector, TSimd, TVectors>(a[a7], b0, b1, ref c70, ref c71);
                    a += stepA;
                    p += stepB;
                    prefetch = TPrefetch.Next(prefetch, prefetchStep);
                }

                k += frame.Walk.Middle.StepA;
                b += frame.Walk.Middle.StepB;
            }

            if (!frame.InPieces && outer + 1 < frame.Walk.Outer.Count) continue;
            var adds = frame.InPieces && (outer > 0 || frame.Start == TileStart.Output);
            var floor = TSimd.Broadcast(frame.Epilogue.Floor());
            var ceiling = TSimd.Broadcast(frame.Epilogue.Ceiling());
            End<TVector, TSimd, TVectors>(floor, ceiling, adds, c00, c01, rows.Output(0) + column);
            if (TRows.Value > 1) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c10, c11, rows.Output(1) + column);
            if (TRows.Value > 2) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c20, c21, rows.Output(2) + column);
            if (TRows.Value > 3) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c30, c31, rows.Output(3) + column);
            if (TRows.Value > 4) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c40, c41, rows.Output(4) + column);
            if (TRows.Value > 5) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c50, c51, rows.Output(5) + column);
            if (TRows.Value > 6) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c60, c61, rows.Output(6) + column);
            if (TRows.Value > 7) End<TVector, TSimd, TVectors>(floor, ceiling, adds, c70, c71, rows.Output(7) + column);
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = default;
            c01 = c11 = c21 = c31 = c41 = c51 = c61 = c71 = default;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin<TVector, TSimd, TVectors>(float* bias, float* other, bool adds, ref TVector c0, ref TVector c1)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        var source = bias == null ? other : bias;
        c0 = TSimd.Load(source);
        if (TVectors.Value > 1) c1 = TSimd.Load(source + TSimd.Count);
        if (!adds) return;
        c0 = TSimd.Add(c0, TSimd.Load(other));
        if (TVectors.Value > 1) c1 = TSimd.Add(c1, TSimd.Load(other + TSimd.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TVector, TSimd, TVectors>(float a, TVector b0, TVector b1, ref TVector c0, ref TVector c1)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        var lanes = TSimd.Broadcast(a);
        c0 = TSimd.MultiplyAdd(lanes, b0, c0);
        if (TVectors.Value > 1) c1 = TSimd.MultiplyAdd(lanes, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End<TVector, TSimd, TVectors>(TVector floor, TVector ceiling, bool adds, TVector c0, TVector c1, float* output)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        if (adds)
        {
            c0 = TSimd.Add(c0, TSimd.Load(output));
            if (TVectors.Value > 1) c1 = TSimd.Add(c1, TSimd.Load(output + TSimd.Count));
        }

        TSimd.Store(TSimd.AtMost(ceiling, TSimd.AtLeast(floor, c0)), output);
        if (TVectors.Value > 1) TSimd.Store(TSimd.AtMost(ceiling, TSimd.AtLeast(floor, c1)), output + TSimd.Count);
    }
}
