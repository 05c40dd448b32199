namespace Fovea.Imaging;

/// <summary>The labels that occur in masks.</summary>
/// <param name="Labels">Palette indices or gray levels; none if colors are the labels.</param>
/// <param name="Colors">The colors, as 0xRRGGBB; null if palette indices or gray levels are the labels.</param>
internal sealed record MaskSurvey(SortedSet<int> Labels, SortedSet<int>? Colors)
{
    /// <summary>Reads masks on several threads. As soon as one has colors, the colors of all are the labels.</summary>
    /// <exception cref="InvalidDataException">A mask cannot be read, or has more colors than classes could have.</exception>
    public static MaskSurvey Of(IReadOnlyList<string> masks, CancellationToken cancellationToken)
    {
        var reader = new MaskReader();
        var (labels, fault) = Gather(masks, mask => [.. reader.Read(mask).Labels.Distinct().Select(label => (int)label)], cancellationToken);
        if (fault is null) return new MaskSurvey(labels, null);
        if (MaskReader.ColorsOf(masks[fault.Value.Index]).Count > MaskLabelFinding.MaxLevels) throw fault.Value.Error;
        var (colors, colorFault) = Gather(masks, mask => MaskReader.ColorsOf(mask), cancellationToken);
        if (colorFault is not null) throw colorFault.Value.Error;
        return new MaskSurvey([], colors);
    }

    /// <returns>All that was found, and the error of the first mask that cannot be read.</returns>
    private static (SortedSet<int> Found, (int Index, InvalidDataException Error)? Fault) Gather(
        IReadOnlyList<string> masks, Func<string, IEnumerable<int>> read, CancellationToken cancellationToken)
    {
        var (found, gate) = (new SortedSet<int>(), new Lock());
        (int Index, InvalidDataException Error)? first = null;
        Parallel.For(0, masks.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            if (first is { } before && before.Index < i) return;
            try
            {
                var own = read(masks[i]).ToList();
                lock (gate) found.UnionWith(own);
            }
            catch (InvalidDataException error)
            {
                lock (gate)
                    if (first is null || i < first.Value.Index) first = (i, error);
            }
        });
        return (found, first);
    }
}
