namespace Fovea;

/// <summary>
/// Random numbers that depend only on a seed, an index and the number of values drawn before. The state is a counter, mixed by the finalizer of
/// SplitMix64 (Steele, Lea and Flood 2014, figure 15). Two indices have independent sequences, so that samples can be drawn in any order on any
/// thread. Floats are computed with exact operations only, with the same bits on every machine.
/// </summary>
internal struct CounterRandom(long seed, long index)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong state = Mix(Mix((ulong)seed + Golden) ^ (ulong)index);

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Mix(state += Golden);

    /// <summary>An integer from 0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Bits(), (ulong)limit, out _);

    /// <summary>A uniform number from 0 (included) to 1 (excluded), in steps of 2⁻²⁴.</summary>
    public float Uniform() => (Bits() >> 40) * (1f / (1 << 24));

    /// <summary>A uniform number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public float Uniform(float low, float high) => low + (high - low) * Uniform();

    /// <summary>A bell-shaped number with mean 0 and deviation 1, within ±3.47: the sum of four uniform numbers.</summary>
    public float Bell() => (Uniform() + Uniform() + Uniform() + Uniform() - 2) * 1.7320508f;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
