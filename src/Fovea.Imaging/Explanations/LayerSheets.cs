using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Draws sheets of the channels, kernels or filters of a layer, with one tile for each.</summary>
public static class LayerSheets
{
    private const int MaxTiles = 64;

    /// <summary>
    /// Draws the output channels of a layer for one image. Each is scaled from its minimum (dark blue) to its maximum (yellow). The units of a dense layer
    /// share one scale.
    /// </summary>
    /// <param name="activation">The output for one image: (1, height, width, channels) or (1, units).</param>
    /// <param name="path">The PNG file to write. An existing file is replaced.</param>
    /// <exception cref="ArgumentException">The activation is of several images, or has another rank.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveActivations(LayerActivation activation, string path)
    {
        ArgumentNullException.ThrowIfNull(activation);
        var shape = activation.Values.Shape;
        if (shape.Rank is not (2 or 4) || shape[0] != 1)
            throw new ArgumentException(
                $"LayerSheets: expected an activation (1, height, width, channels) or (1, units); '{activation.Path}' has {shape}.", nameof(activation));
        var size = shape.Rank == 4
            ? $"{shape[1]} × {shape[2]}, {Count(shape[3], "channel")}{(shape[3] == 1 ? "" : ", scaled separately")}"
            : Count(shape[1], "unit");
        var tiles = shape.Rank == 4 ? Channels(activation.Values) : Units(activation.Values);
        var shown = tiles.Count > MaxTiles ? $"first {MaxTiles}" : "";
        var (name, holder) = (activation.Path[(activation.Path.LastIndexOf('/') + 1)..], activation.Path[..Math.Max(0, activation.Path.LastIndexOf('/'))]);
        var title = string.Join("  ·  ", ((string[])[name, size, shown, holder.Length > 0 ? $"in {holder}" : ""]).Where(text => text.Length > 0));
        var columns = shape.Rank == 4 ? (int)Math.Ceiling(Math.Sqrt(Math.Min(tiles.Count, MaxTiles) * 1.6)) : 16;
        ContactSheet.Save([.. tiles.Take(MaxTiles)], path, Math.Max(columns, 4), title, cell: shape.Rank == 2 ? 36 : tiles.Count > 24 ? 88 : 120);
    }

    /// <summary>
    /// Draws the kernels of a convolution on grey or color images. Kernels of one channel are drawn in blue (negative), white (zero) and orange (positive),
    /// kernels of three channels in color, with grey for zero. All kernels share one scale.
    /// </summary>
    /// <param name="kernels">(height, width, 1 or 3, filters).</param>
    /// <param name="title">The title of the sheet.</param>
    /// <param name="path">The PNG file to write. An existing file is replaced.</param>
    /// <exception cref="ArgumentException">The kernels have another shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveKernels(Tensor kernels, string title, string path)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        var shape = kernels.Shape;
        if (shape.Rank != 4 || shape[2] is not (1 or 3))
            throw new ArgumentException($"LayerSheets: expected kernels (height, width, 1 or 3, filters); received {shape}.", nameof(kernels));
        var (inputs, filters) = (shape[2], shape[3]);
        var maximum = Math.Max(1e-12f, kernels.Values.Max(Math.Abs));
        var tiles = Enumerable.Range(0, filters).Select(filter =>
        {
            var values = Enumerable.Range(0, shape[0] * shape[1] * inputs).Select(i => kernels.Values[(i * filters) + filter] / maximum);
            float[] pixels = inputs == 1
                ? ExplanationColors.Paint(values, value => ExplanationColors.Diverging(value, 1))
                : [.. values.Select(value => 0.5f + (value / 2))];
            return new CaptionedImage(new Tensor([shape[0], shape[1], 3], pixels), Number(filter));
        });
        ContactSheet.Save([.. tiles.Take(MaxTiles)], path, Math.Min(filters, filters > 32 ? 16 : 8), title, cell: filters > 32 ? 64 : 88);
    }

    /// <summary>
    /// Draws the patterns that filters respond to. The contrast of each is adjusted: the mean becomes middle grey, and one standard deviation
    /// becomes a quarter of the range. A tenth of the image at each border is omitted. If the search did not increase the response of a filter, its tile is
    /// plain grey.
    /// </summary>
    /// <param name="patterns">At least one, of grey or color images.</param>
    /// <param name="title">The title of the sheet.</param>
    /// <param name="path">The PNG file to write. An existing file is replaced.</param>
    /// <exception cref="ArgumentException">There are no patterns.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePatterns(IReadOnlyList<FilterPattern> patterns, string title, string path)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        ContactSheet.Save([.. patterns.Select(Figure)], path, 4, title, cell: 200);
    }

    private static CaptionedImage Figure(FilterPattern pattern)
    {
        var image = Inner(pattern.Image);
        if (pattern.Response <= pattern.Start)
            return new CaptionedImage(new Tensor(image.Shape, [.. image.Values.Select(_ => 0.9f)]), $"filter {Number(pattern.Filter)}: none found");
        return new CaptionedImage(new Tensor(image.Shape, Contrasted(image.Values)), $"filter {Number(pattern.Filter)}");
    }

    private static Tensor Inner(Tensor image)
    {
        var (height, width, channels) = (image.Shape[0], image.Shape[1], image.Shape[2]);
        var (top, left) = (height / 10, width / 10);
        var row = (width - (2 * left)) * channels;
        var pixels = Enumerable.Range(top, height - (2 * top)).SelectMany(y => new ArraySegment<float>(image.Values, ((y * width) + left) * channels, row));
        return new Tensor([height - (2 * top), width - (2 * left), channels], [.. pixels]);
    }

    private static List<CaptionedImage> Channels(Tensor activation) =>
        [.. Enumerable.Range(0, activation.Shape[3]).Select(channel => CaptionedImage.OfMatrix(activation[0, .., .., channel], Number(channel)))];

    private static List<CaptionedImage> Units(Tensor activation)
    {
        var range = ((double)activation.Values.Min(), (double)activation.Values.Max());
        if (range.Item1 >= range.Item2) range = (range.Item1, range.Item1 + 1);
        return [.. activation.Values.Select((value, unit) => CaptionedImage.OfMatrix(new Tensor([1, 1], [value]), Number(unit), range: range))];
    }

    private static float[] Contrasted(float[] values)
    {
        var mean = values.Average();
        var deviation = Math.Max(1e-12, Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2))));
        return [.. values.Select(value => (float)Math.Clamp(0.5 + ((value - mean) / deviation / 4), 0, 1))];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
