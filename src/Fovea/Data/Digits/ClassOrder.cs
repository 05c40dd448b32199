namespace Fovea;

/// <summary>The class of a drawn sample: all classes are shuffled again for each run of as many samples.</summary>
internal static class ClassOrder
{
    /// <summary>The class of a sample, from 0 to <paramref name="classes"/> − 1.</summary>
    public static int At(long seed, int index, int classes)
    {
        Span<int> order = stackalloc int[classes];
        for (var i = 0; i < classes; i++) order[i] = i;
        var random = new CounterRandom(seed, -1L - index / classes);
        for (var last = classes - 1; last > 0; last--)
        {
            var other = random.Below(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order[index % classes];
    }
}
