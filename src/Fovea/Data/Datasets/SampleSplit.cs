using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Divides the indices of samples into two parts.</summary>
internal static class SampleSplit
{
    /// <summary>The class of each sample.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="caller">The name of the method that divides them, for messages.</param>
    /// <exception cref="ArgumentException">A target is not a class.</exception>
    public static int[] ClassesOf(Dataset data, string caller)
    {
        if (data.TargetShapes.Count > 1)
            throw new ArgumentException($"{caller}: expected one target, a class, to split by classes; the data set has {data.TargetShapes.Count} targets.");
        var classes = new int[data.Count];
        ParallelReading.ForEach(classes.Length, index =>
        {
            var target = new float[data.TargetShape.Count];
            data.ReadTarget(index, target);
            if (target.Length > 1 && (target.Count(1f) != 1 || target.Count(0f) != target.Length - 1))
                throw new ArgumentException(
                    $"{caller}: expected class numbers or rows with a single 1 as targets, to split by classes; sample {index} has another target.");
            classes[index] = SampleWeights.ClassOf(index, target);
        });
        return classes;
    }

    /// <summary>Divides the samples of each class, so that the second part has its share of each (method of the largest remainders).</summary>
    /// <param name="classes">The class of each sample.</param>
    /// <param name="fraction">The share of the second part.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <returns>The indices of both parts, ascending.</returns>
    public static (int[] First, int[] Second) Of(int[] classes, double fraction, long seed)
    {
        var order = BatchSource.InOrder(classes.Length);
        new RandomNumbers(seed).Shuffle<int>(order);
        var groups = order.GroupBy(index => classes[index]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToArray();
        var total = Math.Clamp((int)Math.Round(classes.Length * fraction, MidpointRounding.AwayFromZero), 1, classes.Length - 1);
        var shares = groups.Select(group => (double)group.Length * total / classes.Length).ToArray();
        var counts = shares.Select(share => (int)share).ToArray();
        var byRemainder = Enumerable.Range(0, groups.Length).OrderByDescending(i => shares[i] - counts[i]).ThenByDescending(i => groups[i].Length).ToArray();
        var missing = total - counts.Sum();
        for (var i = 0; i < missing; i++) counts[byRemainder[i]]++;
        int[] second = [.. groups.SelectMany((group, i) => group.Take(counts[i])).Order()];
        var isSecond = new bool[classes.Length];
        foreach (var index in second) isSecond[index] = true;
        return ([.. BatchSource.InOrder(classes.Length).Where(index => !isSecond[index])], second);
    }
}
