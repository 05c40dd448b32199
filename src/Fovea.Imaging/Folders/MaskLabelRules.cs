namespace Fovea.Imaging;

/// <summary>Decides what the labels of masks mean.</summary>
internal static class MaskLabelRules
{
    private const int UsualIgnored = 255;
    private const int Listed = 12;

    /// <summary>The color of pixels that belong to no class in PASCAL VOC.</summary>
    private const int VocBorder = 0xE0E0C0;

    /// <summary>Decides for palette indices or gray levels.</summary>
    /// <param name="labels">All labels that occur.</param>
    /// <param name="known">The number of classes; null if it is not known.</param>
    /// <param name="ignored">The ignored label; null to recognize it, −1 for none.</param>
    /// <exception cref="InvalidDataException">There are fewer than two classes, or more than the known number.</exception>
    public static MaskLabelFinding OfLabels(SortedSet<int> labels, int? known, int? ignored)
    {
        var unused = ignored is null ? RecognizeIgnored(labels) : ignored >= 0 ? ignored : null;
        int[] own = [.. labels.Where(label => label != unused)];
        if (own.Length == 0 || (own.Length < 2 && known is null))
            throw new InvalidDataException(
                $"MaskLabelFinding: expected masks of at least two classes; received the {Labels(labels)} "
                    + $"only{(unused is null ? "" : $", of which {unused} is ignored")}.");
        var finding = AreNumbers(own, known) ? OfNumbers(own, known) : OfLevels(own, known);
        if (unused is not { } label) return finding;
        var index = finding.Labels is { } list ? list.Count : label;
        return finding with
        {
            IgnoredLabel = index,
            Labels = finding.Labels is null ? null : [.. finding.Labels, label],
            Description = $"{finding.Description} Pixels of the label {label} belong to no class and are ignored.",
        };
    }

    /// <summary>Decides for colors: black is the first class, then the others in the order of red, green and blue.</summary>
    /// <exception cref="InvalidDataException">There is one color only, or another number than the known one.</exception>
    public static MaskLabelFinding OfColors(SortedSet<int> colors, int? known)
    {
        var border = colors.Contains(0) && colors.Count > 2 && colors.Contains(VocBorder);
        int[] own = [.. colors.Where(color => !border || color != VocBorder)];
        if (own.Length < 2) throw new InvalidDataException($"MaskLabelFinding: expected masks of at least two colors; received {Hex(own[0])} only.");
        RequireCount(own.Length, known, $"{own.Length} colors ({List([.. own.Select(Hex)])})");
        return new MaskLabelFinding
        {
            Colors = [.. (border ? [.. own, VocBorder] : own).Select(color => ((byte)(color >> 16), (byte)(color >> 8), (byte)color))],
            ClassCount = own.Length,
            IgnoredLabel = border ? own.Length : null,
            ClassNames = [.. own.Select(Hex)],
            Description = $"The masks have {own.Length} colors, which are the classes in this order: {List([.. own.Select(Hex)])}."
                + (border ? $" Pixels of the color {Hex(VocBorder)} belong to no class and are ignored." : ""),
        };
    }

    /// <summary>255 is ignored next to at least one other class number, but not in masks of black and white or of gray levels.</summary>
    private static int? RecognizeIgnored(SortedSet<int> labels)
    {
        int[] others = [.. labels.Where(label => label != UsualIgnored)];
        return labels.Contains(UsualIgnored) && others.Length >= 2 && AreNumbers(others, null) && others[^1] < UsualIgnored - 1 ? UsualIgnored : null;
    }

    /// <summary>Whether labels are numbers from 0 or 1, of which some may be missing, rather than gray levels.</summary>
    private static bool AreNumbers(int[] labels, int? known) => known is { } count
        ? labels[^1] <= count - (labels[0] == 0 ? 1 : 0)
        : labels[0] <= 1 && (labels.Length > 2 ? labels[^1] - labels[0] <= 2 * labels.Length : labels[^1] - labels[0] == 1);

    private static MaskLabelFinding OfNumbers(int[] labels, int? known)
    {
        // A model of three classes and labels up to 3: they begin at 1.
        var offset = known is { } expected ? (labels[^1] == expected ? -1 : 0) : -labels[0];
        var count = known ?? labels[^1] + offset + 1;
        var missing = Enumerable.Range(-offset, count).Except(labels).ToList();
        return new MaskLabelFinding
        {
            LabelOffset = offset,
            ClassCount = count,
            ClassNames = count == 2 && offset == 0
                ? ["background", "foreground"]
                : [.. Enumerable.Range(-offset, count).Select(label => $"label {label}")],
            Description = $"The masks have the labels {-offset} to {count - 1 - offset}, which are the classes 0 to {count - 1}"
                + $"{(offset == 0 ? "" : ": they begin at 1")}{(missing.Count == 0 ? "" : $"; {List([.. missing.Select(label => $"{label}")])} "
                + (missing.Count == 1 ? "does not occur" : "do not occur"))}.",
        };
    }

    private static MaskLabelFinding OfLevels(int[] labels, int? known)
    {
        // Of a model of two classes, masks of one part may be all white.
        if (known == 2 && labels is [0] or [UsualIgnored]) labels = [0, UsualIgnored];
        RequireCount(labels.Length, known, Labels([.. labels]));
        if (labels.Length > MaskLabelFinding.MaxLevels)
            throw new InvalidDataException(
                $"MaskLabelFinding: expected labels that are class numbers, or at most {MaskLabelFinding.MaxLevels} gray levels; "
                    + $"received {Labels([.. labels])}.");
        var isBinary = labels is [0, _];
        return new MaskLabelFinding
        {
            Labels = labels,
            ClassCount = labels.Length,
            ClassNames = isBinary ? ["background", "foreground"] : [.. labels.Select(label => $"label {label}")],
            Description = isBinary
                ? $"The masks have the labels 0 and {labels[1]}, which are background (class 0) and foreground (class 1)."
                : $"The masks have the labels {List([.. labels.Select(label => $"{label}")])}, which are the classes 0 to {labels.Length - 1} in this order.",
        };
    }

    private static void RequireCount(int count, int? known, string received)
    {
        if (known is { } expected && count != expected)
            throw new InvalidDataException($"MaskLabelFinding: expected masks of {expected} classes; received {received}.");
    }

    private static string Labels(SortedSet<int> labels) =>
        labels.Count == 1 ? $"label {labels.Min}" : $"labels {List([.. labels.Select(label => $"{label}")])}";

    private static string List(string[] items) => items.Length > Listed
        ? $"{string.Join(", ", items.Take(Listed - 2))} and {items.Length - Listed + 2} more"
        : items.Length == 1 ? items[0] : $"{string.Join(", ", items.Take(items.Length - 1))} and {items[^1]}";

    private static string Hex(int color) => $"#{color:X6}";
}
