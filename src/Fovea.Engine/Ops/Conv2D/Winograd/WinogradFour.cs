using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>F(4, 3) on the points 0, a, −a, b, −b, ∞ with a = 3/4 and b = 3/2.</summary>
internal readonly unsafe struct WinogradFour : IWinogradTransform
{
    private const float A = 0.75f;
    private const float B = 1.5f;

    // Π (p − other points), the same at p and −p.
    private const float AtA = 2 * A * A * ((A * A) - (B * B)), AtB = 2 * B * B * ((B * B) - (A * A));

    public static int Outputs => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Image<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector product = TSimd.Broadcast(A * A * B * B), sum = TSimd.Broadcast(-((A * A) + (B * B)));
        TVector minusAA = TSimd.Broadcast(-A * A), minusBB = TSimd.Broadcast(-B * B);
        TVector x1 = TSimd.Load(source + step), x2 = TSimd.Load(source + (2 * step));
        TVector x3 = TSimd.Load(source + (3 * step)), x4 = TSimd.Load(source + (4 * step));
        TSimd.Store(TSimd.MultiplyAdd(product, TSimd.Load(source), TSimd.MultiplyAdd(sum, x2, x4)), target);
        TVector even = TSimd.MultiplyAdd(minusBB, x2, x4), odd = TSimd.MultiplyAdd(minusBB, x1, x3);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A), odd, even), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(-A), odd, even), target + (2 * targetStep));
        even = TSimd.MultiplyAdd(minusAA, x2, x4);
        odd = TSimd.MultiplyAdd(minusAA, x1, x3);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(B), odd, even), target + (3 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(-B), odd, even), target + (4 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(product, x1, TSimd.MultiplyAdd(sum, x3, TSimd.Load(source + (5 * step)))), target + (5 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector g0 = TSimd.Load(source), g1 = TSimd.Load(source + step), g2 = TSimd.Load(source + (2 * step));
        TSimd.Store(TSimd.Multiply(TSimd.Broadcast(1 / (A * A * B * B)), g0), target);
        TVector even = TSimd.MultiplyAdd(TSimd.Broadcast(A * A), g2, g0), scale = TSimd.Broadcast(1 / AtA);
        TSimd.Store(TSimd.Multiply(scale, TSimd.MultiplyAdd(TSimd.Broadcast(A), g1, even)), target + targetStep);
        TSimd.Store(TSimd.Multiply(scale, TSimd.MultiplyAdd(TSimd.Broadcast(-A), g1, even)), target + (2 * targetStep));
        even = TSimd.MultiplyAdd(TSimd.Broadcast(B * B), g2, g0);
        scale = TSimd.Broadcast(1 / AtB);
        TSimd.Store(TSimd.Multiply(scale, TSimd.MultiplyAdd(TSimd.Broadcast(B), g1, even)), target + (3 * targetStep));
        TSimd.Store(TSimd.Multiply(scale, TSimd.MultiplyAdd(TSimd.Broadcast(-B), g1, even)), target + (4 * targetStep));
        TSimd.Store(g2, target + (5 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        var minus = TSimd.Broadcast(-1);
        TVector m1 = TSimd.Load(source + step), m2 = TSimd.Load(source + (2 * step));
        TVector m3 = TSimd.Load(source + (3 * step)), m4 = TSimd.Load(source + (4 * step));
        TVector sumA = TSimd.Add(m1, m2), differenceA = TSimd.MultiplyAdd(minus, m2, m1);
        TVector sumB = TSimd.Add(m3, m4), differenceB = TSimd.MultiplyAdd(minus, m4, m3);
        TSimd.Store(TSimd.Add(TSimd.Load(source), TSimd.Add(sumA, sumB)), target);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A), differenceA, TSimd.Multiply(TSimd.Broadcast(B), differenceB)), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A * A), sumA, TSimd.Multiply(TSimd.Broadcast(B * B), sumB)), target + (2 * targetStep));
        var last = TSimd.MultiplyAdd(TSimd.Broadcast(B * B * B), differenceB, TSimd.Load(source + (5 * step)));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A * A * A), differenceA, last), target + (3 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector e0 = TSimd.Load(source), e1 = TSimd.Load(source + step);
        TVector e2 = TSimd.Load(source + (2 * step)), e3 = TSimd.Load(source + (3 * step));
        TSimd.Store(e0, target);
        var even = TSimd.MultiplyAdd(TSimd.Broadcast(A * A), e2, e0);
        var odd = TSimd.Multiply(TSimd.Broadcast(A), TSimd.MultiplyAdd(TSimd.Broadcast(A * A), e3, e1));
        TSimd.Store(TSimd.Add(even, odd), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(-1), odd, even), target + (2 * targetStep));
        even = TSimd.MultiplyAdd(TSimd.Broadcast(B * B), e2, e0);
        odd = TSimd.Multiply(TSimd.Broadcast(B), TSimd.MultiplyAdd(TSimd.Broadcast(B * B), e3, e1));
        TSimd.Store(TSimd.Add(even, odd), target + (3 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(-1), odd, even), target + (4 * targetStep));
        TSimd.Store(e3, target + (5 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector minus = TSimd.Broadcast(-1), atA = TSimd.Broadcast(1 / AtA), atB = TSimd.Broadcast(1 / AtB);
        TVector p1 = TSimd.Load(source + step), p2 = TSimd.Load(source + (2 * step));
        TVector p3 = TSimd.Load(source + (3 * step)), p4 = TSimd.Load(source + (4 * step));
        TVector sumA = TSimd.Multiply(atA, TSimd.Add(p1, p2)), sumB = TSimd.Multiply(atB, TSimd.Add(p3, p4));
        TVector differenceA = TSimd.Multiply(atA, TSimd.MultiplyAdd(minus, p2, p1)), differenceB = TSimd.Multiply(atB, TSimd.MultiplyAdd(minus, p4, p3));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(1 / (A * A * B * B)), TSimd.Load(source), TSimd.Add(sumA, sumB)), target);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A), differenceA, TSimd.Multiply(TSimd.Broadcast(B), differenceB)), target + targetStep);
        var last = TSimd.MultiplyAdd(TSimd.Broadcast(B * B), sumB, TSimd.Load(source + (5 * step)));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A * A), sumA, last), target + (2 * targetStep));
    }
}
