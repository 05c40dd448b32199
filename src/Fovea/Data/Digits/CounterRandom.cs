namespace Fovea;

/// <summary>
/// Random numbers that depend on a seed, an index and how many were drawn before, on nothing else: the state is a counter,
/// mixed by the finalizer of SplitMix64 (Steele, Lea and Flood 2014, figure 15). Two indices give independent sequences, so that
/// samples can be drawn in any order on any thread. Floats are made with exact operations only: the same bits on every machine.
/// </summary>
internal struct CounterRandom(long seed, long index)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong state = Mix(Mix((ulong)seed + Golden) ^ (ulong)index);

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Mix(state += Golden);

    /// <summary>A whole number from 0 to <paramref name="limit"/> − 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Bits(), (ulong)limit, out _);

    /// <summary>A number from 0 (included) to 1 (excluded), uniform in steps of 2⁻²⁴.</summary>
    public float Uniform() => (Bits() >> 40) * (1f / (1 << 24));

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, uniform.</summary>
    public float Uniform(float low, float high) => low + (high - low) * Uniform();

    /// <summary>A bell-shaped number of mean 0 and deviation 1 that never leaves ±3.47: the sum of four uniform ones.</summary>
    public float Bell() => (Uniform() + Uniform() + Uniform() + Uniform() - 2) * 1.7320508f;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
