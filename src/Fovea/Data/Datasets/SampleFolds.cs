using System.Globalization;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Divides samples into folds at random, so that each fold has about the same share of each class. Samples of a group, such as duplicates, are in one fold.
/// <see cref="Dataset.Folds(int, long, bool, IReadOnlyList{int}?)"/> does it for a data set of classes. Here the classes may be anything: the rarest label of
/// a sample, or the tenth of the range in which its number lies.
/// <code>
/// var folds = data.Folds(SampleFolds.Of(classes, groups: null, count: 5, seed: 1));
/// </code>
/// </summary>
public static class SampleFolds
{
    /// <summary>
    /// Goes through the groups in a random order. Each group goes to the fold that has the fewest samples of the class of its first sample; of several such
    /// folds, to the one that has the fewest samples in all. Without groups, the numbers of a class in two folds differ by at most one.
    /// </summary>
    /// <param name="classes">The class of each sample.</param>
    /// <param name="groups">The group of each sample; null if each sample is a group.</param>
    /// <param name="count">The number of folds.</param>
    /// <param name="seed">The seed of the random order.</param>
    /// <returns>The fold of each sample, from 0. A class of fewer samples than folds is missing in some folds.</returns>
    /// <exception cref="ArgumentException">There are more or fewer groups than samples, or the number of folds is below 2.</exception>
    public static IReadOnlyList<int> Of(IReadOnlyList<int> classes, IReadOnlyList<int>? groups, int count, long seed)
    {
        ArgumentNullException.ThrowIfNull(classes);
        count.AtLeast(2, nameof(SampleFolds), nameof(count));
        if (groups is not null && groups.Count != classes.Count)
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture, $"SampleFolds: expected a group for each of {classes.Count} samples; received {groups.Count}."),
                nameof(groups));
        var order = BatchSource.InOrder(classes.Count);
        new RandomNumbers(seed).Shuffle<int>(order);
        var members = groups is null ? null : Enumerable.Range(0, classes.Count).ToLookup(sample => groups[sample]);
        var ofClass = classes.Distinct().ToDictionary(label => label, _ => new int[count]);
        var (sizes, folds) = (new int[count], new int[classes.Count]);
        Array.Fill(folds, -1);
        foreach (var sample in order)
        {
            if (folds[sample] >= 0) continue;
            var counts = ofClass[classes[sample]];
            var smallest = 0;
            for (var fold = 1; fold < count; fold++)
            {
                if ((counts[fold], sizes[fold]).CompareTo((counts[smallest], sizes[smallest])) < 0) smallest = fold;
            }

            foreach (var member in members?[groups![sample]] ?? [sample])
            {
                folds[member] = smallest;
                ofClass[classes[member]][smallest]++;
                sizes[smallest]++;
            }
        }

        return folds;
    }
}
