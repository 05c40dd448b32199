using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// One or two adjacent windows of a 2 × 2 max-pooling by one or two vectors of output channels. The four sums of each window are made in registers, as in a
/// <see cref="Tile"/>; only their maximum and its tap are stored.
/// </summary>
/// <remarks>It serves short sums, for which storing and loading the convolution's output would take as long as computing it.</remarks>
internal static unsafe class PooledTile
{
    /// <summary>The parameters that all windows of a unit share.</summary>
    /// <param name="Walk">How the sum moves through image and kernel.</param>
    /// <param name="PixelStep">The distance from the left to the right pixel of a window in the image.</param>
    /// <param name="RowStep">The distance from its upper to its lower pixel.</param>
    /// <param name="ToArgMax">The distance from a maximum to its argmax; 0 if argmaxes are not stored.</param>
    /// <param name="Epilogue">The activation of the maxima.</param>
    public readonly record struct Frame(Walk Walk, nint PixelStep, nint RowStep, nint ToArgMax, Epilogue Epilogue);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<TVector, TSimd, TVectors, TWindows>(
        in Frame frame, float* image, nint windowStep, float* kernel, float* bias, float* output, nint outputStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
        where TWindows : struct, IExtent
    {
        TVector start0 = bias == null ? default : TSimd.Load(bias), start1 = default;
        if (TVectors.Value > 1) start1 = bias == null ? default : TSimd.Load(bias + TSimd.Count);
        TVector a0 = start0, b0 = start0, c0 = start0, d0 = start0, a1 = start1, b1 = start1, c1 = start1, d1 = start1;
        TVector e0 = start0, f0 = start0, g0 = start0, h0 = start0, e1 = start1, f1 = start1, g1 = start1, h1 = start1;
        float* a = image, b = a + frame.PixelStep, c = a + frame.RowStep, d = c + frame.PixelStep;
        float* e = image + windowStep, f = e + frame.PixelStep, g = e + frame.RowStep, h = g + frame.PixelStep;
        nint stepA = frame.Walk.Inner.StepA, stepB = frame.Walk.Inner.StepB;
        for (var outer = 0; outer < frame.Walk.Outer.Count; outer++)
        {
            for (var middle = 0; middle < frame.Walk.Middle.Count; middle++)
            {
                var i = (outer * frame.Walk.Outer.StepA) + (middle * frame.Walk.Middle.StepA);
                var weights = kernel + (outer * frame.Walk.Outer.StepB) + (middle * frame.Walk.Middle.StepB);
                for (var inner = frame.Walk.Inner.Count; inner > 0; inner--)
                {
                    var w0 = TSimd.Load(weights);
                    var w1 = TVectors.Value > 1 ? TSimd.Load(weights + TSimd.Count) : default;
                    Step<TVector, TSimd, TVectors>(a[i], w0, w1, ref a0, ref a1);
                    Step<TVector, TSimd, TVectors>(b[i], w0, w1, ref b0, ref b1);
                    Step<TVector, TSimd, TVectors>(c[i], w0, w1, ref c0, ref c1);
                    Step<TVector, TSimd, TVectors>(d[i], w0, w1, ref d0, ref d1);
                    if (TWindows.Value > 1)
                    {
                        Step<TVector, TSimd, TVectors>(e[i], w0, w1, ref e0, ref e1);
                        Step<TVector, TSimd, TVectors>(f[i], w0, w1, ref f0, ref f1);
                        Step<TVector, TSimd, TVectors>(g[i], w0, w1, ref g0, ref g1);
                        Step<TVector, TSimd, TVectors>(h[i], w0, w1, ref h0, ref h1);
                    }

                    i += stepA;
                    weights += stepB;
                }
            }
        }

        Store<TVector, TSimd>(frame, a0, b0, c0, d0, output);
        if (TVectors.Value > 1) Store<TVector, TSimd>(frame, a1, b1, c1, d1, output + TSimd.Count);
        if (TWindows.Value == 1) return;
        Store<TVector, TSimd>(frame, e0, f0, g0, h0, output + outputStep);
        if (TVectors.Value > 1) Store<TVector, TSimd>(frame, e1, f1, g1, h1, output + outputStep + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TVector, TSimd, TVectors>(float x, TVector w0, TVector w1, ref TVector sum0, ref TVector sum1)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
        where TVectors : struct, IExtent
    {
        var lanes = TSimd.Broadcast(x);
        sum0 = TSimd.MultiplyAdd(lanes, w0, sum0);
        if (TVectors.Value > 1) sum1 = TSimd.MultiplyAdd(lanes, w1, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVector, TSimd>(in Frame frame, TVector best, TVector second, TVector third, TVector fourth, float* output)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector argMax = default;
        Compare<TVector, TSimd>(second, 1, ref best, ref argMax);
        Compare<TVector, TSimd>(third, 2, ref best, ref argMax);
        Compare<TVector, TSimd>(fourth, 3, ref best, ref argMax);
        TSimd.Store(frame.Epilogue.Apply<TVector, TSimd>(best), output);
        if (frame.ToArgMax != 0) TSimd.Store(argMax, output + frame.ToArgMax);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compare<TVector, TSimd>(TVector candidate, float tap, ref TVector best, ref TVector argMax)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        argMax = TSimd.SelectBetter(candidate, best, TSimd.Broadcast(tap), argMax);
        best = TSimd.SelectBetter(candidate, best, candidate, best);
    }
}
