using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>F(2, 3) on the points 0, 1, −1, ∞.</summary>
internal readonly unsafe struct WinogradTwo : IWinogradTransform
{
    public static int Outputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Image<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        var minus = TSimd.Broadcast(-1);
        var (x0, x1) = (TSimd.Load(source), TSimd.Load(source + step));
        var (x2, x3) = (TSimd.Load(source + (2 * step)), TSimd.Load(source + (3 * step)));
        TSimd.Store(TSimd.MultiplyAdd(minus, x0, x2), target);
        TSimd.Store(TSimd.Add(x2, x1), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(minus, x1, x2), target + (2 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(minus, x1, x3), target + (3 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector half = TSimd.Broadcast(0.5f), minus = TSimd.Broadcast(-1);
        TVector g0 = TSimd.Load(source), g1 = TSimd.Load(source + step), g2 = TSimd.Load(source + (2 * step));
        var even = TSimd.Add(g0, g2);
        TSimd.Store(TSimd.Multiply(minus, g0), target);
        TSimd.Store(TSimd.Multiply(half, TSimd.Add(even, g1)), target + targetStep);
        TSimd.Store(TSimd.Multiply(half, TSimd.MultiplyAdd(minus, g1, even)), target + (2 * targetStep));
        TSimd.Store(g2, target + (3 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        var minus = TSimd.Broadcast(-1);
        var (m0, m1) = (TSimd.Load(source), TSimd.Load(source + step));
        var (m2, m3) = (TSimd.Load(source + (2 * step)), TSimd.Load(source + (3 * step)));
        TSimd.Store(TSimd.Add(m0, TSimd.Add(m1, m2)), target);
        TSimd.Store(TSimd.Add(m3, TSimd.MultiplyAdd(minus, m2, m1)), target + targetStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector e0 = TSimd.Load(source), e1 = TSimd.Load(source + step);
        TSimd.Store(e0, target);
        TSimd.Store(TSimd.Add(e0, e1), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(-1), e1, e0), target + (2 * targetStep));
        TSimd.Store(e1, target + (3 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector half = TSimd.Broadcast(0.5f), minus = TSimd.Broadcast(-1);
        var (p1, p2) = (TSimd.Load(source + step), TSimd.Load(source + (2 * step)));
        var even = TSimd.Multiply(half, TSimd.Add(p1, p2));
        TSimd.Store(TSimd.MultiplyAdd(minus, TSimd.Load(source), even), target);
        TSimd.Store(TSimd.Multiply(half, TSimd.MultiplyAdd(minus, p2, p1)), target + targetStep);
        TSimd.Store(TSimd.Add(even, TSimd.Load(source + (3 * step))), target + (2 * targetStep));
    }
}
