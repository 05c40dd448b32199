using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Shuffles a stream of samples, a number of which are in memory.</summary>
internal static class ShuffleBuffer
{
    /// <summary>Returns one of the samples in memory at random, again and again, and reads another in its place.</summary>
    public static IEnumerable<Sample> Shuffle(IEnumerable<Sample> samples, int size, long seed)
    {
        var random = new RandomNumbers(seed);
        var buffer = new List<Sample>();
        foreach (var sample in samples)
        {
            if (buffer.Count < size)
            {
                buffer.Add(sample);
                continue;
            }

            var chosen = random.NextInt(size);
            yield return buffer[chosen];
            buffer[chosen] = sample;
        }

        var rest = buffer.ToArray();
        random.Shuffle<Sample>(rest);
        foreach (var sample in rest) yield return sample;
    }
}
