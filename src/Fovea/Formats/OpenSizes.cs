namespace Fovea.Formats;

/// <summary>The sizes that files leave open in the shapes of inputs, and what the reader was told to take for them.</summary>
internal static class OpenSizes
{
    private const int Example = 64;

    /// <summary>
    /// The shape of one sample of an input: as the file says it, the sizes that it leaves open as <see cref="LoadReport.InputShape"/> says them.
    /// </summary>
    /// <param name="report">Whose file it is, and which shape was given.</param>
    /// <param name="input">The input's name.</param>
    /// <param name="sample">The sizes of one sample in the order that they have here, images with their channels last; null for an open one.</param>
    /// <param name="isOnly">Whether the model has no other input: then the shape that was given is meant for this one, whether it has open sizes or
    /// not.</param>
    /// <exception cref="ModelFormatException">A size is open and none was given, or the one given does not fit.</exception>
    public static Shape Close(LoadReport report, string input, IReadOnlyList<int?> sample, bool isOnly = true)
    {
        var isOpen = sample.Any(size => size is null);
        if (report.InputShape is not { } given || (!isOpen && !isOnly))
        {
            if (!isOpen) return new Shape([.. sample.Select(size => size!.Value)]);
            var example = sample.Select(size => size ?? Example).ToList();
            throw ModelFormatException.About(report.FilePath,
                $"the input '{input}' leaves sizes open, {Print(sample)}; say which to take, as in Model.Load(path, [{string.Join(", ", example)}]) or "
                    + $"--input-shape {string.Join(',', example)}.");
        }

        var fits = given.Rank == sample.Count && Enumerable.Range(0, sample.Count).All(i => sample[i] is null || sample[i] == given[i]);
        report.TakesInputShape |= fits;
        return fits
            ? given
            : throw ModelFormatException.About(report.FilePath, $"expected an input shape that fits {Print(sample)} of the input '{input}'; received {given}.");
    }

    private static string Print(IReadOnlyList<int?> sample) => $"({string.Join(", ", sample.Select(size => size is { } known ? $"{known}" : "None"))})";
}
