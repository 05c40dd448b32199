namespace Fovea.Engine.Ops;

/// <summary>A sequence of pseudorandom numbers. A seed gives the same random bits on every machine. The numbers are not suitable for cryptography.</summary>
/// <param name="seed">The seed.</param>
/// <param name="stream">Selects one of many independent sequences of the seed.</param>
public sealed class RandomNumbers(long seed, long stream = 0)
{
    private uint block;
    private int used = 4;
    private (uint, uint, uint, uint) words;

    /// <summary>The next 32 random bits.</summary>
    public uint NextWord()
    {
        if (used == 4)
        {
            words = Philox.Block(block++, 0, (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));
            used = 0;
        }

        return used++ switch { 0 => words.Item1, 1 => words.Item2, 2 => words.Item3, _ => words.Item4 };
    }

    /// <summary>A random number in [0, 1).</summary>
    public float NextSingle() => Philox.ToUnit(NextWord());

    /// <summary>A random integer from 0 to <paramref name="bound"/> − 1, without bias (Lemire 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var product = (ulong)NextWord() * (uint)bound;
        var threshold = (uint)(-bound) % (uint)bound;
        while ((uint)product < threshold) product = (ulong)NextWord() * (uint)bound;
        return (int)(product >> 32);
    }

    /// <summary>A random number from the standard normal distribution (Box and Muller 1958).</summary>
    public float NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log((NextWord() + 1.0) / 4294967296.0));
        return (float)(radius * Math.Cos(2 * Math.PI * (NextWord() / 4294967296.0)));
    }

    /// <summary>A random number from the standard normal distribution, drawn again while it is outside [−2, 2].</summary>
    public float NextTruncatedNormal()
    {
        float value;
        do value = NextNormal();
        while (MathF.Abs(value) > 2);
        return value;
    }

    /// <summary>Puts items into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
