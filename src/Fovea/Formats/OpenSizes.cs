namespace Fovea.Formats;

/// <summary>Sets the sizes that a file leaves open in the shape of an input, to those that the user gave.</summary>
internal static class OpenSizes
{
    private const int Example = 64;

    /// <summary>The shape of one sample of an input: the sizes in the file, and for open ones those of <see cref="LoadReport.InputShape"/>.</summary>
    /// <param name="report">The report, with the shape that the user gave.</param>
    /// <param name="input">The input's name.</param>
    /// <param name="sample">The sizes of one sample, images with their channels last; null for an open size.</param>
    /// <param name="isOnly">
    /// Whether the model has no other input. The given shape then applies to this input, whether it has open sizes or not.
    /// </param>
    /// <exception cref="ModelFormatException">A size is open and none was given, or the one given does not fit.</exception>
    public static Shape Close(LoadReport report, string input, IReadOnlyList<int?> sample, bool isOnly = true)
    {
        var isOpen = sample.Any(size => size is null);
        if (report.InputShape is not { } given || (!isOpen && !isOnly))
        {
            if (!isOpen) return new Shape([.. sample.Select(size => size!.Value)]);
            var example = sample.Select(size => size ?? Example).ToList();
            throw ModelFormatException.About(report.FilePath,
                $"the input '{input}' leaves sizes open, {Print(sample)}; give a shape, as in Model.Load(path, [{string.Join(", ", example)}]) or "
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
