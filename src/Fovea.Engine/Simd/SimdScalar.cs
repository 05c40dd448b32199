using System.Runtime.CompilerServices;

namespace Fovea.Engine.Simd;

/// <summary>One float at a time: the last columns of an odd count, and machines without vectors.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, float* destination) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    // Fuses exactly where the vectors do, and never calls the slow fused function of the C library.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) => float.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AtLeast(float floor, float value) => floor > value ? floor : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AtMost(float ceiling, float value) => ceiling < value ? ceiling : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SelectBetter(float candidate, float best, float yes, float no) =>
        candidate > best || float.IsNaN(candidate) ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SelectAbove(float left, float right, float yes, float no) => left > right ? yes : no;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SelectEqual(float left, float right, float yes, float no) => left == right ? yes : no;
}
