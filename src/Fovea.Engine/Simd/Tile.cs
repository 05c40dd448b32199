using System.Runtime.CompilerServices;

namespace Fovea.Engine.Simd;

/// <summary>What the accumulators of a tile hold before the first product.</summary>
internal enum TileStart
{
    Zero,

    /// <summary>The bias of the column: adding it costs nothing.</summary>
    Bias,

    /// <summary>What the output holds already.</summary>
    Output,

    /// <summary>Another tensor laid out as the output, and the bias.</summary>
    Residual,
}

/// <summary>The rows of a tile: where each reads A and where each writes, at column 0.</summary>
internal unsafe struct TileRows
{
    private fixed long inputs[Tile.MaxRows];
    private fixed long outputs[Tile.MaxRows];

    public readonly float* Input(int row) => (float*)inputs[row];

    public readonly float* Output(int row) => (float*)outputs[row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row, float* input, float* output)
    {
        inputs[row] = (long)input;
        outputs[row] = (long)output;
    }
}

/// <summary>
/// What all tiles of a kernel's run share; <paramref name="toResidual"/> leads from a value of the output to the residual's. A sum may be made
/// <paramref name="inPieces"/>: each round of the walk's outer level starts from zero and is added to what the output holds at its end, so that rounding
/// errors grow with the root of a piece's length instead of the sum's; there is then no epilogue.
/// </summary>
internal readonly unsafe struct TileFrame(Walk walk, float* b, TileStart start, float* bias, Epilogue epilogue, nint toResidual = 0, bool inPieces = false)
{
    public readonly bool InPieces = inPieces;
    public readonly nint ToResidual = toResidual;
    public readonly Walk Walk = walk;
    public readonly float* B = b;
    public readonly float* Bias = bias;
    public readonly TileStart Start = start;
    public readonly Epilogue Epilogue = epilogue;
}

/// <summary>
/// The one loop of all matrix-like work: up to six rows by one or two vectors of columns,
/// C[r][column…] = start + Σₖ A[r](k) · B(k)[column…], then the epilogue.
/// </summary>
/// <remarks>
/// Lanes hold adjacent columns (output channels); each step broadcasts one float of A per row. Rows are arbitrary pointers: six
/// output pixels, or six entries of a weight gradient. The twelve accumulators are named locals so that they live in registers
/// (12 + 2 of B + 1 of A fit the 16 of AVX2). All rows and columns add their products in the order of the walk, so the bits
/// depend neither on the number of rows in the tile nor on the width of the lanes.
/// </remarks>
internal static unsafe class Tile
{
    public const int MaxRows = 6;

    /// <summary>Runs a tile of <paramref name="count"/> rows, 1 to <see cref="MaxRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TVector, TSimd, TVectors>(int count, in TileRows rows, in TileFrame frame, nint column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        switch (count)
        {
            case 6: Run<TVector, TSimd, TVectors, Six>(rows, frame, column); break;
            case 5: Run<TVector, TSimd, TVectors, Five>(rows, frame, column); break;
            case 4: Run<TVector, TSimd, TVectors, Four>(rows, frame, column); break;
            case 3: Run<TVector, TSimd, TVectors, Three>(rows, frame, column); break;
            case 2: Run<TVector, TSimd, TVectors, Two>(rows, frame, column); break;
            default: Run<TVector, TSimd, TVectors, One>(rows, frame, column); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVector, TSimd, TVectors, TRows>(in TileRows rows, in TileFrame frame, nint column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
        where TRows : struct, IExtent
    {
        TVector c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        TVector c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
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
        }

        float* a0 = rows.Input(0), a1 = rows.Input(1), a2 = rows.Input(2), a3 = rows.Input(3), a4 = rows.Input(4), a5 = rows.Input(5);
        nint stepA = frame.Walk.Inner.StepA, stepB = frame.Walk.Inner.StepB;
        for (var outer = 0; outer < frame.Walk.Outer.Count; outer++)
        {
            var k = outer * frame.Walk.Outer.StepA;
            var b = frame.B + column + (outer * frame.Walk.Outer.StepB);
            for (var middle = frame.Walk.Middle.Count; middle > 0; middle--)
            {
                var i = k;
                var p = b;
                for (var inner = frame.Walk.Inner.Count; inner > 0; inner--)
                {
                    var b0 = TSimd.Load(p);
                    var b1 = TVectors.Value > 1 ? TSimd.Load(p + TSimd.Count) : default;
                    Step<TVector, TSimd, TVectors>(a0[i], b0, b1, ref c00, ref c01);
                    if (TRows.Value > 1) Step<TVector, TSimd, TVectors>(a1[i], b0, b1, ref c10, ref c11);
                    if (TRows.Value > 2) Step<TVector, TSimd, TVectors>(a2[i], b0, b1, ref c20, ref c21);
                    if (TRows.Value > 3) Step<TVector, TSimd, TVectors>(a3[i], b0, b1, ref c30, ref c31);
                    if (TRows.Value > 4) Step<TVector, TSimd, TVectors>(a4[i], b0, b1, ref c40, ref c41);
                    if (TRows.Value > 5) Step<TVector, TSimd, TVectors>(a5[i], b0, b1, ref c50, ref c51);
                    i += stepA;
                    p += stepB;
                }

                k += frame.Walk.Middle.StepA;
                b += frame.Walk.Middle.StepB;
            }

            if (!frame.InPieces && outer + 1 < frame.Walk.Outer.Count) continue;
            var adds = frame.InPieces && (outer > 0 || frame.Start == TileStart.Output);
            End<TVector, TSimd, TVectors>(frame.Epilogue, adds, c00, c01, rows.Output(0) + column);
            if (TRows.Value > 1) End<TVector, TSimd, TVectors>(frame.Epilogue, adds, c10, c11, rows.Output(1) + column);
            if (TRows.Value > 2) End<TVector, TSimd, TVectors>(frame.Epilogue, adds, c20, c21, rows.Output(2) + column);
            if (TRows.Value > 3) End<TVector, TSimd, TVectors>(frame.Epilogue, adds, c30, c31, rows.Output(3) + column);
            if (TRows.Value > 4) End<TVector, TSimd, TVectors>(frame.Epilogue, adds, c40, c41, rows.Output(4) + column);
            if (TRows.Value > 5) End<TVector, TSimd, TVectors>(frame.Epilogue, adds, c50, c51, rows.Output(5) + column);
            c00 = c10 = c20 = c30 = c40 = c50 = default;
            c01 = c11 = c21 = c31 = c41 = c51 = default;
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
    private static void End<TVector, TSimd, TVectors>(Epilogue epilogue, bool adds, TVector c0, TVector c1, float* output)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        if (adds)
        {
            c0 = TSimd.Add(c0, TSimd.Load(output));
            if (TVectors.Value > 1) c1 = TSimd.Add(c1, TSimd.Load(output + TSimd.Count));
        }

        c0 = epilogue.Apply<TVector, TSimd>(c0);
        if (TVectors.Value > 1) c1 = epilogue.Apply<TVector, TSimd>(c1);
        TSimd.Store(c0, output);
        if (TVectors.Value > 1) TSimd.Store(c1, output + TSimd.Count);
    }
}
