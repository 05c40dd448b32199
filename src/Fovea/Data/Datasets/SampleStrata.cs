namespace Fovea;

/// <summary>
/// A number for each sample of several labels or of numbers, for <see cref="Dataset.Folds(int, IReadOnlyList{int}, long, IReadOnlyList{int}?)"/>: each fold
/// gets about the same share of the samples of each number.
/// </summary>
public static class SampleStrata
{
    private const int Tenths = 10;

    /// <summary>
    /// The rarest label of each sample, so that each fold has about the same share of the rare labels: the first step of iterative stratification (Sechidis et
    /// al. 2011). Samples without labels have the number of labels. Each target is read once.
    /// </summary>
    /// <param name="data">Samples whose targets have a 1 for each label that applies.</param>
    /// <param name="cancellationToken">Stops before the next sample.</param>
    public static IReadOnlyList<int> OfLabels(Dataset data, CancellationToken cancellationToken = default)
    {
        var targets = TargetsOf(data, cancellationToken);
        var labels = data.TargetShape.Count;
        var counts = Enumerable.Range(0, labels).Select(label => targets.Count(target => target[label] > 0)).ToArray();
        return
        [
            .. targets.Select(target => Enumerable.Range(0, labels).Where(label => target[label] > 0).DefaultIfEmpty(labels)
                .MinBy(label => label == labels ? int.MaxValue : counts[label])),
        ];
    }

    /// <summary>
    /// The tenth, from 0 to 9, in which the first number of each sample is among all of them, from the smallest to the largest. Each target is read once.
    /// </summary>
    /// <param name="data">Samples whose targets are numbers.</param>
    /// <param name="cancellationToken">Stops before the next sample.</param>
    public static IReadOnlyList<int> OfNumbers(Dataset data, CancellationToken cancellationToken = default)
    {
        var targets = TargetsOf(data, cancellationToken);
        var (order, strata) = (Enumerable.Range(0, targets.Length).OrderBy(sample => targets[sample][0]).ToArray(), new int[targets.Length]);
        for (var rank = 0; rank < order.Length; rank++) strata[order[rank]] = Tenths * rank / order.Length;
        return strata;
    }

    private static float[][] TargetsOf(Dataset data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireIndexed(nameof(SampleStrata));
        return
        [
            .. Enumerable.Range(0, data.Count).Select(sample =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                var target = new float[data.TargetShape.Count];
                data.ReadTarget(sample, target);
                return target;
            }),
        ];
    }
}
