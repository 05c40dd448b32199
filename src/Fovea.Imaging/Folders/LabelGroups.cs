namespace Fovea.Imaging;

/// <summary>
/// Groups samples with several labels by their rarest label, so that a split of each group gives every part about the same share of the rare labels. This is
/// the first step of iterative stratification (Sechidis et al. 2011).
/// </summary>
internal sealed class LabelGroups
{
    private readonly Dictionary<int, int> groups;

    private LabelGroups(Dictionary<int, int> groups, int[] divided, int[] undivided) =>
        (this.groups, Divided, Undivided) = (groups, divided, undivided);

    /// <summary>The samples of groups that are large enough to be divided.</summary>
    public int[] Divided { get; }

    /// <summary>The other samples, which belong to the training data.</summary>
    public int[] Undivided { get; }

    /// <param name="data">Samples whose targets have a 1 for each label.</param>
    /// <param name="samples">The samples to group.</param>
    /// <param name="fewest">The smallest group that can be divided. If none is as large, all samples are one group.</param>
    public static LabelGroups Of(Dataset data, int[] samples, int fewest)
    {
        var labels = data.TargetShape.Count;
        var targets = Array.ConvertAll(samples, sample =>
        {
            var target = new float[labels];
            data.ReadTarget(sample, target);
            return target;
        });
        var counts = Enumerable.Range(0, labels).Select(label => targets.Count(target => target[label] > 0)).ToArray();
        var groups = samples.Zip(targets).ToDictionary(pair => pair.First, pair => Rarest(pair.Second));
        var sizes = groups.Values.CountBy(group => group).ToDictionary();
        if (sizes.Values.All(size => size < fewest)) return new LabelGroups(samples.ToDictionary(sample => sample, _ => 0), samples, []);
        var isDivided = samples.ToLookup(sample => sizes[groups[sample]] >= fewest);
        return new LabelGroups(groups, [.. isDivided[true]], [.. isDivided[false]]);

        int Rarest(float[] target) => Enumerable.Range(0, labels).Where(label => target[label] > 0).DefaultIfEmpty(labels)
            .MinBy(label => label == labels ? int.MaxValue : counts[label]);
    }

    /// <summary>The group of a sample.</summary>
    public int Of(int sample) => groups[sample];
}
