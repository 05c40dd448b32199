namespace Fovea.Formats;

/// <summary>The sizes that a file leaves open in the shape of an input.</summary>
internal static class OpenSizes
{
    private const int ExampleSize = 64;

    /// <summary>The shape of one sample of an input: the sizes in the file, and for open ones those of <see cref="LoadReport.InputShape"/>, if given.</summary>
    /// <param name="report">The report, with the shape that the user gave.</param>
    /// <param name="input">The input's name.</param>
    /// <param name="sample">The sizes of one sample, images with their channels last; null for an open size.</param>
    /// <param name="isOnly">
    /// Whether the model has no other input. The given shape then applies to this input, whether it has open sizes or not.
    /// </param>
    /// <exception cref="ModelFormatException">The shape that was given does not fit.</exception>
    public static Shape Of(LoadReport report, string input, IReadOnlyList<int?> sample, bool isOnly = true)
    {
        var shape = Shape.WithOpen([.. sample]);
        if (report.InputShape is not { } given || (!shape.IsOpen && !isOnly))
        {
            if (shape.IsOpen) report.OpenInput ??= $"the input '{input}' leaves sizes open, {shape}; give a shape, as in {Example(shape)}";
            return shape;
        }

        var fits = shape.Accepts(given);
        report.TakesInputShape |= fits;
        return fits
            ? given
            : throw ModelFormatException.About(report.FilePath, $"expected an input shape that fits {shape} of the input '{input}'; received {given}.");
    }

    /// <summary>The shape of one sample of an input, with a known size for each dimension.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    /// <exception cref="ModelFormatException">A size is open and none was given, or the one given does not fit.</exception>
    public static Shape Close(LoadReport report, string input, IReadOnlyList<int?> sample, bool isOnly = true)
    {
        var shape = Of(report, input, sample, isOnly);
        return shape.IsOpen ? throw ModelFormatException.About(report.FilePath, $"{report.OpenInput}.") : shape;
    }

    private static string Example(Shape shape)
    {
        var sizes = shape.Sizes.Select(size => size ?? ExampleSize).ToList();
        return $"Model.Load(path, [{string.Join(", ", sizes)}]) or --input-shape {string.Join(',', sizes)}";
    }
}
