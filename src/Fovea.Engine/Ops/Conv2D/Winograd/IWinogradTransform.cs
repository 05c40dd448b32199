using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The three matrices of one F(m, 3), each applied to one column or row of vectors that lie <c>step</c> floats apart: applied to the columns
/// and then to the rows of a tile they make its two-dimensional transform. The lanes hold channels.
/// </summary>
internal unsafe interface IWinogradTransform
{
    /// <summary>m, the outputs of a tile in each direction.</summary>
    static abstract int Outputs { get; }

    /// <summary>Bᵀ: n image values to the n points.</summary>
    static abstract void Image<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;

    /// <summary>G: 3 kernel values to the n points.</summary>
    static abstract void Kernel<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;

    /// <summary>Aᵀ: the products at the n points to m outputs.</summary>
    static abstract void Output<TVector, TSimd>(float* source, nint step, float* target, nint targetStep)
        where TVector : struct
        where TSimd : struct, ISimd<TVector>;
}

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
}

/// <summary>F(3, 3) on the points 0, a, −a, b, ∞ with a = 3/4 and b = 2.</summary>
internal readonly unsafe struct WinogradThree : IWinogradTransform
{
    private const float A = 0.75f;
    private const float B = 2;

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
        const float AtA = 2 * A * A * (A - B), AtMinusA = -2 * A * A * (A + B), AtB = B * ((B * B) - (A * A));
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
}

/// <summary>F(4, 3) on the points 0, a, −a, b, −b, ∞ with a = 3/4 and b = 3/2.</summary>
internal readonly unsafe struct WinogradFour : IWinogradTransform
{
    private const float A = 0.75f;
    private const float B = 1.5f;

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
        // Π (p − other points) is the same at p and −p.
        const float AtA = 2 * A * A * ((A * A) - (B * B)), AtB = 2 * B * B * ((B * B) - (A * A));
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
}
