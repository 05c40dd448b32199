namespace Fovea.Engine.Simd;

/// <summary>
/// The few operations that a kernel needs of a vector of floats. Kernels are written once against this interface and the JIT
/// compiles them once per width, so a remainder narrower than the widest vector runs the same source with narrower lanes:
/// every column sees the same operations in the same order, whatever the width that serves it.
/// </summary>
/// <remarks>
/// Loads and stores need no alignment. <see cref="MultiplyAdd"/> rounds once where the hardware fuses and twice where it does
/// not, and is the same for all widths of one machine.
/// </remarks>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>How many floats the vector holds.</summary>
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

    /// <summary>Lane by lane: <paramref name="yes"/> where candidate &gt; best or the candidate is NaN, else <paramref name="no"/>.</summary>
    static abstract TVector SelectBetter(TVector candidate, TVector best, TVector yes, TVector no);

    /// <summary>Lane by lane: <paramref name="yes"/> where left &gt; right, else <paramref name="no"/>, where one is NaN too.</summary>
    static abstract TVector SelectAbove(TVector left, TVector right, TVector yes, TVector no);

    /// <summary>Lane by lane: <paramref name="yes"/> where left = right, else <paramref name="no"/>.</summary>
    static abstract TVector SelectEqual(TVector left, TVector right, TVector yes, TVector no);
}
