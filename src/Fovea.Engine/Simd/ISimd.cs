namespace Fovea.Engine.Simd;

/// <summary>
/// The operations on a vector of floats that kernels use. A kernel is written once against this interface, and the JIT compiles it for each width. A
/// remainder that is narrower than the widest vector runs the same source with narrower vectors, so every column sees the same operations in the same
/// order at any width.
/// </summary>
/// <remarks>
/// Loads and stores need no alignment. <see cref="MultiplyAdd"/> rounds once if the hardware fuses both operations and twice otherwise; all widths of
/// one machine agree.
/// </remarks>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>The number of floats in the vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    /// <summary>Every lane holds <paramref name="value"/>.</summary>
    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left · right + addend.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>max(floor, value), where a NaN in <paramref name="value"/> stays NaN; <paramref name="floor"/> must not be NaN.</summary>
    static abstract TVector AtLeast(TVector floor, TVector value);

    /// <summary>min(ceiling, value), where a NaN in <paramref name="value"/> stays NaN; <paramref name="ceiling"/> must not be NaN.</summary>
    static abstract TVector AtMost(TVector ceiling, TVector value);

    /// <summary>Lane by lane: <paramref name="yes"/> if candidate &gt; best or the candidate is NaN, otherwise <paramref name="no"/>.</summary>
    static abstract TVector SelectBetter(TVector candidate, TVector best, TVector yes, TVector no);

    /// <summary>Lane by lane: <paramref name="yes"/> if left &gt; right, otherwise (also for NaN) <paramref name="no"/>.</summary>
    static abstract TVector SelectAbove(TVector left, TVector right, TVector yes, TVector no);

    /// <summary>Lane by lane: <paramref name="yes"/> if left = right, otherwise <paramref name="no"/>.</summary>
    static abstract TVector SelectEqual(TVector left, TVector right, TVector yes, TVector no);
}
