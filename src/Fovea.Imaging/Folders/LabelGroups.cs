namespace Fovea.Imaging;

/// <summary>
/// Groups samples with several labels by their rarest label, so that a split of each group gives every part about the same share of the rare labels. This is
/// the first step of iterative stratification (<see cref="SampleStrata.OfLabels"/>).
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
        var groups = samples.Zip(SampleStrata.OfLabels(data.Subset(samples))).ToDictionary(pair => pair.First, pair => pair.Second);
        var sizes = groups.Values.CountBy(group => group).ToDictionary();
        if (sizes.Values.All(size => size < fewest)) return new LabelGroups(samples.ToDictionary(sample => sample, _ => 0), samples, []);
        var isDivided = samples.ToLookup(sample => sizes[groups[sample]] >= fewest);
        return new LabelGroups(groups, [.. isDivided[true]], [.. isDivided[false]]);
    }

    /// <summary>The group of a sample.</summary>
    public int Of(int sample) => groups[sample];
}
