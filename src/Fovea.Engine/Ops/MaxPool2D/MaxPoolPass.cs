using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>Computes one row of maxima and, optionally, the tap of each: its index in the window. Lanes hold channels. A window with a NaN gives NaN.</summary>
internal unsafe struct MaxPoolPass : IColumnPass
{
    public PoolRow Row;

    /// <summary>The first maximum of the row.</summary>
    public float* Output;

    /// <summary>The distance in memory from a maximum to its tap; 0 if taps are not stored.</summary>
    public nint ToArgMax;

    /// <summary>The activation of the maxima.</summary>
    public Epilogue Epilogue;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TVector, TSimd, TVectors>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        var keepsArgMax = ToArgMax != 0;
        var output = Output + column;
        for (var j = 0; j < Row.Count; j++, output += Row.Channels)
        {
            var row = Row.Window(j, out var width, out var firstTap) + column;
            TVector best0 = TSimd.Broadcast(float.NegativeInfinity), best1 = best0;
            TVector argMax0 = TSimd.Broadcast(firstTap), argMax1 = argMax0;
            for (var u = Row.Height; u > 0; u--, row += Row.RowStep, firstTap += Row.RowTaps)
            {
                var pixel = row;
                for (var v = 0; v < width; v++, pixel += Row.ColumnStep)
                {
                    TVector x0 = TSimd.Load(pixel), x1 = TVectors.Value > 1 ? TSimd.Load(pixel + TSimd.Count) : default;
                    if (keepsArgMax)
                    {
                        var tap = TSimd.Broadcast(firstTap + v);
                        argMax0 = TSimd.SelectBetter(x0, best0, tap, argMax0);
                        if (TVectors.Value > 1) argMax1 = TSimd.SelectBetter(x1, best1, tap, argMax1);
                    }

                    best0 = TSimd.SelectBetter(x0, best0, x0, best0);
                    if (TVectors.Value > 1) best1 = TSimd.SelectBetter(x1, best1, x1, best1);
                }
            }

            Store<TVector, TSimd>(best0, argMax0, output);
            if (TVectors.Value > 1) Store<TVector, TSimd>(best1, argMax1, output + TSimd.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Store<TVector, TSimd>(TVector best, TVector argMax, float* output)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TSimd.Store(Epilogue.Apply<TVector, TSimd>(best), output);
        if (ToArgMax != 0) TSimd.Store(argMax, output + ToArgMax);
    }
}
