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

    /// <summary>
    /// The shape of one sample of an input for the import of a graph, whose layers may depend on the size: open sizes get that of
    /// <see cref="LoadReport.ExampleSizes"/>.
    /// </summary>
    /// <inheritdoc cref="Of" path="/param"/>
    /// <exception cref="ModelFormatException">The shape that was given does not fit.</exception>
    public static Shape Close(LoadReport report, string input, IReadOnlyList<int?> sample, bool isOnly = true)
    {
        var shape = Of(report, input, sample, isOnly);
        report.InputShapes.Add(shape);
        return shape.IsOpen ? At(shape, report.ExampleSizes) : shape;
    }

    /// <summary>The shape with sizes in place of the open ones.</summary>
    public static Shape At(Shape shape, IReadOnlyList<int> sizes)
    {
        var open = 0;
        return new Shape([.. shape.Sizes.Select(size => size ?? sizes[open++ % sizes.Count])]);
    }

    private static string Example(Shape shape)
    {
        var sizes = shape.Sizes.Select(size => size ?? ExampleSize).ToList();
        return $"Model.Load(path, [{string.Join(", ", sizes)}]) or --input-shape {string.Join(',', sizes)}";
    }
}
