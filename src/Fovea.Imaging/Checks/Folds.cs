using Fovea.Engine.Ops;

namespace Fovea.Imaging;

/// <summary>
/// Divides samples into folds at random, so that each fold has about the same share of each class. Samples of a group, such as duplicates, are in one fold.
/// </summary>
internal static class Folds
{
    /// <returns>The fold of each sample.</returns>
    /// <param name="labels">The class of each sample.</param>
    /// <param name="groups">Samples that belong together.</param>
    /// <param name="count">The number of folds.</param>
    /// <param name="seed">The seed of the random order.</param>
    public static int[] Of(int[] labels, IEnumerable<int[]> groups, int count, long seed)
    {
        var order = Enumerable.Range(0, labels.Length).ToArray();
        new RandomNumbers(seed).Shuffle(order.AsSpan());
        var groupOf = new Dictionary<int, int[]>();
        foreach (var group in groups)
            foreach (var sample in group) groupOf[sample] = group;
        var sizes = new int[count][];
        for (var fold = 0; fold < count; fold++) sizes[fold] = new int[labels.DefaultIfEmpty().Max() + 1];
        var folds = new int[labels.Length];
        Array.Fill(folds, -1);
        foreach (var sample in order)
        {
            if (folds[sample] >= 0) continue;
            var label = labels[sample];
            var smallest = Enumerable.Range(0, count).OrderBy(fold => sizes[fold][label]).ThenBy(fold => sizes[fold].Sum()).First();
            foreach (var member in groupOf.GetValueOrDefault(sample, [sample]))
            {
                folds[member] = smallest;
                sizes[smallest][labels[member]]++;
            }
        }

        return folds;
    }
}
