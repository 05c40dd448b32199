using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>One row of maxima, and where they are asked for the taps they came from; lanes hold channels. A NaN in the window gives NaN.</summary>
internal unsafe struct MaxPoolPass : IColumnPass
{
    public PoolRow Row;

    /// <summary>The first maximum of the row.</summary>
    public float* Output;

    /// <summary>Floats from a maximum to its tap; 0 where taps are not asked for.</summary>
    public nint ToPlaces;

    /// <summary>What is done to the maxima.</summary>
    public Epilogue Epilogue;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TVector, TSimd, TVectors>(int column)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        var keepsPlaces = ToPlaces != 0;
        var output = Output + column;
        for (var j = 0; j < Row.Count; j++, output += Row.Channels)
        {
            var row = Row.Window(j, out var width, out var firstTap) + column;
            TVector best0 = TSimd.Broadcast(float.NegativeInfinity), best1 = best0;
            TVector place0 = TSimd.Broadcast(firstTap), place1 = place0;
            for (var u = Row.Height; u > 0; u--, row += Row.RowStep, firstTap += Row.RowTaps)
            {
                var pixel = row;
                for (var v = 0; v < width; v++, pixel += Row.ColumnStep)
                {
                    TVector x0 = TSimd.Load(pixel), x1 = TVectors.Value > 1 ? TSimd.Load(pixel + TSimd.Count) : default;
                    if (keepsPlaces)
                    {
                        var tap = TSimd.Broadcast(firstTap + v);
                        place0 = TSimd.SelectBetter(x0, best0, tap, place0);
                        if (TVectors.Value > 1) place1 = TSimd.SelectBetter(x1, best1, tap, place1);
                    }

                    best0 = TSimd.SelectBetter(x0, best0, x0, best0);
                    if (TVectors.Value > 1) best1 = TSimd.SelectBetter(x1, best1, x1, best1);
                }
            }

            Store<TVector, TSimd>(best0, place0, output);
            if (TVectors.Value > 1) Store<TVector, TSimd>(best1, place1, output + TSimd.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Store<TVector, TSimd>(TVector best, TVector place, float* output)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TSimd.Store(Epilogue.Apply<TVector, TSimd>(best), output);
        if (ToPlaces != 0) TSimd.Store(place, output + ToPlaces);
    }
}
