namespace Fovea.Imaging;

/// <summary>The conversion of the labels of masks to class numbers.</summary>
/// <param name="Offset">The number that is added to a label.</param>
/// <param name="ClassCount">The number of classes; null if all classes occur in the masks.</param>
/// <param name="Ignored">The label of pixels that belong to no class; null if there is none.</param>
internal sealed record MaskLabels(int Offset, int? ClassCount, int? Ignored)
{
    private const int Listed = 10;

    /// <summary>Checks the labels of all masks.</summary>
    /// <param name="masks">The files.</param>
    /// <param name="labels">The labels that occur in each.</param>
    /// <returns>The number of classes.</returns>
    /// <exception cref="InvalidDataException">A label is not a class; the message names the file and the label.</exception>
    public int Check(IReadOnlyList<string> masks, IReadOnlyList<IReadOnlySet<ushort>> labels)
    {
        var all = labels.SelectMany(each => each).Distinct().Where(label => label != Ignored).Select(label => (int)label).Order().ToArray();
        if (all.Length == 0) throw new InvalidDataException($"MaskFolder: every pixel has the ignored label {Ignored}; expected pixels of a class.");
        if (ClassCount is null && (all[0] + Offset != 0 || all[^1] - all[0] != all.Length - 1)) throw NotCounted(all);
        var count = ClassCount ?? all.Length;
        for (var i = 0; i < masks.Count; i++)
            foreach (var label in labels[i].Order())
                if (label != Ignored && (label + Offset < 0 || label + Offset >= count)) throw Outside(masks[i], label, count, all);
        return count;
    }

    private InvalidDataException Outside(string mask, int label, int count, int[] all)
    {
        var beginsAt1 = Offset == 0 && all[0] == 1 && all[^1] == count;
        return new InvalidDataException(
            $"MaskFolder: expected labels from {-Offset} to {count - 1 - Offset} in '{mask}', for {count} classes{WithOffset}; received {label}. "
                + (beginsAt1 ? "Pass labelOffset: -1, since the labels begin at 1." : $"Pass ignoredLabel: {label} if its pixels belong to no class.")
                + BlackAndWhite(all));
    }

    private InvalidDataException NotCounted(int[] all)
    {
        var fixes = new List<string>();
        if (all[0] > 0 && all[0] + Offset != 0) fixes.Add($"labelOffset: {-all[0]} so that they begin at 0");
        if (all.Length > 1 && all[^1] > all[^2] + 1) fixes.Add($"ignoredLabel: {all[^1]} if its pixels belong to no class");
        if (all[0] + Offset >= 0) fixes.Add($"classCount: {all[^1] + Offset + 1} if some classes do not occur");
        else fixes.Add($"ignoredLabel: {all[0]} if its pixels belong to no class");
        var list = all.Length > Listed ? $"{string.Join(", ", all.Take(Listed))} and {all.Length - Listed} more" : string.Join(", ", all);
        var pass = fixes.Count == 1 ? fixes[0] : $"{string.Join(", ", fixes.Take(fixes.Count - 1))}, or {fixes[^1]}";
        return new InvalidDataException(
            $"MaskFolder: expected masks with every label from {-Offset} to the largest{WithOffset}; received {list}. Pass {pass}.{BlackAndWhite(all)}");
    }

    private string WithOffset => Offset == 0 ? "" : $" with labelOffset: {Offset}";

    private static string BlackAndWhite(int[] all) =>
        all is [0, 255] ? " If black and white are two classes, set MaskFolderOptions.Colors = [(0, 0, 0), (255, 255, 255)]." : "";
}
