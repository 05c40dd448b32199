using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>F(3, 3) on the points 0, a, −a, b, ∞ with a = 3/4 and b = 2.</summary>
internal readonly unsafe struct WinogradThree : IWinogradTransform
{
    private const float A = 0.75f;
    private const float B = 2;

    // Π (p − other points) at each point p but 0.
    private const float AtA = 2 * A * A * (A - B), AtMinusA = -2 * A * A * (A + B), AtB = B * ((B * B) - (A * A));

    public static int Outputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Image<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        // All points but b share the factor x − b: d.
        TVector a = TSimd.Broadcast(A), minusA = TSimd.Broadcast(-A), minusAA = TSimd.Broadcast(-A * A), minusB = TSimd.Broadcast(-B);
        TVector x1 = TSimd.Load(source + step), x2 = TSimd.Load(source + (2 * step)), x3 = TSimd.Load(source + (3 * step));
        var d0 = TSimd.MultiplyAdd(minusB, TSimd.Load(source), x1);
        var d1 = TSimd.MultiplyAdd(minusB, x1, x2);
        var d2 = TSimd.MultiplyAdd(minusB, x2, x3);
        var d3 = TSimd.MultiplyAdd(minusB, x3, TSimd.Load(source + (4 * step)));
        TSimd.Store(TSimd.MultiplyAdd(minusAA, d0, d2), target);
        TSimd.Store(TSimd.MultiplyAdd(a, d1, d2), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(minusA, d1, d2), target + (2 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(minusAA, x1, x3), target + (3 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(minusAA, d1, d3), target + (4 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector g0 = TSimd.Load(source), g1 = TSimd.Load(source + step), g2 = TSimd.Load(source + (2 * step));
        var even = TSimd.MultiplyAdd(TSimd.Broadcast(A * A), g2, g0);
        TSimd.Store(TSimd.Multiply(TSimd.Broadcast(1 / (A * A * B)), g0), target);
        TSimd.Store(TSimd.Multiply(TSimd.Broadcast(1 / AtA), TSimd.MultiplyAdd(TSimd.Broadcast(A), g1, even)), target + targetStep);
        TSimd.Store(TSimd.Multiply(TSimd.Broadcast(1 / AtMinusA), TSimd.MultiplyAdd(TSimd.Broadcast(-A), g1, even)), target + (2 * targetStep));
        var atB = TSimd.MultiplyAdd(TSimd.Broadcast(B), g1, TSimd.MultiplyAdd(TSimd.Broadcast(B * B), g2, g0));
        TSimd.Store(TSimd.Multiply(TSimd.Broadcast(1 / AtB), atB), target + (3 * targetStep));
        TSimd.Store(g2, target + (4 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector m1 = TSimd.Load(source + step), m2 = TSimd.Load(source + (2 * step)), m3 = TSimd.Load(source + (3 * step));
        var sum = TSimd.Add(m1, m2);
        var difference = TSimd.MultiplyAdd(TSimd.Broadcast(-1), m2, m1);
        var last = TSimd.MultiplyAdd(TSimd.Broadcast(B * B), m3, TSimd.Load(source + (4 * step)));
        TSimd.Store(TSimd.Add(TSimd.Load(source), TSimd.Add(sum, m3)), target);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A), difference, TSimd.Multiply(TSimd.Broadcast(B), m3)), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A * A), sum, last), target + (2 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        TVector e0 = TSimd.Load(source), e1 = TSimd.Load(source + step), e2 = TSimd.Load(source + (2 * step));
        var even = TSimd.MultiplyAdd(TSimd.Broadcast(A * A), e2, e0);
        TSimd.Store(e0, target);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A), e1, even), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(-A), e1, even), target + (2 * targetStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(B), e1, TSimd.MultiplyAdd(TSimd.Broadcast(B * B), e2, e0)), target + (3 * targetStep));
        TSimd.Store(e2, target + (4 * targetStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        var p1 = TSimd.Multiply(TSimd.Broadcast(1 / AtA), TSimd.Load(source + step));
        var p2 = TSimd.Multiply(TSimd.Broadcast(1 / AtMinusA), TSimd.Load(source + (2 * step)));
        var p3 = TSimd.Multiply(TSimd.Broadcast(1 / AtB), TSimd.Load(source + (3 * step)));
        TVector sum = TSimd.Add(p1, p2), difference = TSimd.MultiplyAdd(TSimd.Broadcast(-1), p2, p1);
        var last = TSimd.MultiplyAdd(TSimd.Broadcast(B * B), p3, TSimd.Load(source + (4 * step)));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(1 / (A * A * B)), TSimd.Load(source), TSimd.Add(sum, p3)), target);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A), difference, TSimd.Multiply(TSimd.Broadcast(B), p3)), target + targetStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Broadcast(A * A), sum, last), target + (2 * targetStep));
    }
}
