namespace Fovea.Imaging;

/// <summary>
/// Reads masks: images whose pixels are labels. Palette indices and gray levels of a PNG are the labels; with a table of colors, the label of a color is its
/// index in the table. No pixel is blended, scaled or converted.
/// </summary>
internal sealed class MaskReader
{
    private readonly Dictionary<int, ushort>? labels;
    private readonly Dictionary<ushort, ushort>? renumbered;
    private readonly bool applyOrientation;

    /// <param name="colors">The color of each label; null if palette indices or gray levels are the labels.</param>
    /// <param name="applyOrientation">Whether masks are rotated upright as their files say.</param>
    /// <param name="list">The labels in the files, each of which becomes its index in this list; null if labels are kept.</param>
    /// <exception cref="ArgumentException">There are no colors or labels, one occurs twice, or both are given.</exception>
    public MaskReader(
        IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null, bool applyOrientation = true, IReadOnlyList<int>? list = null)
    {
        this.applyOrientation = applyOrientation;
        if (list is not null)
        {
            if (colors is not null) throw new ArgumentException("Masks: expected colors or labels; received both.", nameof(list));
            renumbered = Renumber(list);
        }

        if (colors is null) return;
        if (colors.Count is 0 or > ushort.MaxValue)
            throw new ArgumentException($"Masks: expected from 1 to {ushort.MaxValue} colors; received {colors.Count}.", nameof(colors));
        labels = [];
        for (var label = 0; label < colors.Count; label++)
        {
            var (red, green, blue) = colors[label];
            if (!labels.TryAdd(Pack(red, green, blue), (ushort)label))
                throw new ArgumentException(
                    $"Masks: expected a different color for each label; {colors[label]} is that of {labels[Pack(red, green, blue)]} and {label}.",
                    nameof(colors));
        }
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a mask, or is damaged; the message names it.</exception>
    public LabelImage Read(string path) => Read(ImageDecoder.ReadFile(path), $"'{path}'");

    /// <param name="file">The bytes of an image file.</param>
    /// <param name="name">The name for errors; in quotes if it is a path.</param>
    /// <exception cref="InvalidDataException">The bytes are not a mask, or are damaged.</exception>
    public LabelImage Read(byte[] file, string name)
    {
        if (file.Length == 0) throw new InvalidDataException($"{name} is empty; expected a mask, a PNG file.");
        if (LossyFormat(file) is { } lossy) throw Lossy(name, lossy);
        if (labels is not null) return FromColors(file, name, labels);
        if (PngSamples.IsPng(file)) return FromSamples(PngSamples.Decode(file, name), file, name);
        throw new InvalidDataException(
            ImageFormats.NameOf(file) is { } format
                ? $"{name} is a {format}; expected a PNG, whose palette indices or gray levels are the labels. Convert it, or give the color of each label: "
                    + "colors: [(0, 0, 0), (255, 255, 255)]."
                : $"{name} {ForeignFile.Describe(file)}");
    }

    /// <summary>The colors of all pixels, as 0xRRGGBB, of a mask whose colors are labels.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is compressed with loss.</exception>
    public static IReadOnlySet<int> ColorsOf(string path)
    {
        var file = ImageDecoder.ReadFile(path);
        if (LossyFormat(file) is { } lossy) throw Lossy($"'{path}'", lossy);
        using var image = ImageDecoder.Decode(file, $"'{path}'", new ImageInput(1, 1));
        var (colors, row) = (new HashSet<int>(), new byte[image.Width * 3]);
        for (var y = 0; y < image.Height; y++)
        {
            image.ReadRow(y, row);
            for (var x = 0; x < row.Length; x += 3) colors.Add(Pack(row[x], row[x + 1], row[x + 2]));
        }

        return colors;
    }

    private static InvalidDataException Lossy(string name, string format) =>
        new($"{name} is a {format}, whose compression changes labels; expected a mask without loss, such as a PNG.");

    private static Dictionary<ushort, ushort> Renumber(IReadOnlyList<int> list)
    {
        if (list.Count == 0) throw new ArgumentException("Masks: expected at least one label; received none.", nameof(list));
        var numbers = new Dictionary<ushort, ushort>();
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is < 0 or > ushort.MaxValue)
                throw new ArgumentException($"Masks: expected labels from 0 to {ushort.MaxValue}; received {list[i]}.", nameof(list));
            if (!numbers.TryAdd((ushort)list[i], (ushort)i))
                throw new ArgumentException($"Masks: expected different labels; {list[i]} occurs twice.", nameof(list));
        }

        return numbers;
    }

    private static string? LossyFormat(ReadOnlySpan<byte> file)
    {
        if (JpegSegments.IsJpeg(file)) return "JPEG";
        return ImageFormats.NameOf(file) == "WebP" && file[..Math.Min(file.Length, 1 << 16)].IndexOf("VP8L"u8) < 0 ? "lossy WebP" : null;
    }

    private static int Pack(byte red, byte green, byte blue) => (red << 16) | (green << 8) | blue;

    private LabelImage FromColors(byte[] file, string name, Dictionary<int, ushort> table)
    {
        using var image = ImageDecoder.Decode(file, name, new ImageInput(1, 1) { ApplyOrientation = applyOrientation });
        var (pixels, row) = (new ushort[image.Height * image.Width], new byte[image.Width * 3]);
        for (var y = 0; y < image.Height; y++)
        {
            image.ReadRow(y, row);
            for (var x = 0; x < image.Width; x++)
            {
                var (red, green, blue) = (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]);
                if (!table.TryGetValue(Pack(red, green, blue), out pixels[(y * image.Width) + x]))
                    throw new InvalidDataException(
                        $"{name} has the color ({red}, {green}, {blue}) at row {y}, column {x}; expected one of the {table.Count} colors of labels.");
            }
        }

        return new LabelImage(pixels, image.Height, image.Width);
    }

    private LabelImage FromSamples(PngSamples samples, byte[] file, string name)
    {
        var order = new UprightOrder(
            samples.Height, samples.Width, samples.Channels, samples.Width * samples.Channels, applyOrientation ? EmbeddedOrientation.Find(file) : 1);
        var pixels = new ushort[order.Height * order.Width];
        for (var y = 0; y < order.Height; y++)
        {
            var place = order.Start + (y * order.RowStep);
            for (var x = 0; x < order.Width; x++, place += order.PixelStep)
            {
                if (samples.Channels > 1 && FindFault(samples, place) is { } fault)
                    throw new InvalidDataException($"{name} {fault.Received} at row {y}, column {x}; {fault.Expected}");
                var label = samples.Values[place];
                if (renumbered is not null && !renumbered.TryGetValue(label, out label))
                    throw new InvalidDataException(
                        $"{name} has the label {samples.Values[place]} at row {y}, column {x}; expected one of {string.Join(", ", renumbered.Keys)}.");
                pixels[(y * order.Width) + x] = label;
            }
        }

        return new LabelImage(pixels, order.Height, order.Width);
    }

    /// <summary>Finds a color or a transparency in a pixel, neither of which is a label.</summary>
    private static (string Received, string Expected)? FindFault(PngSamples samples, int place)
    {
        var pixel = samples.Values.AsSpan(place, samples.Channels);
        if (samples.Type is PngColorType.Color or PngColorType.ColorAlpha && (pixel[0] != pixel[1] || pixel[1] != pixel[2]))
            return ($"has the color ({pixel[0]}, {pixel[1]}, {pixel[2]})", "expected palette indices or gray levels, which are the labels. "
                + "Where colors mean labels, give the color of each: colors: [(0, 0, 0), (128, 0, 0)].");
        return samples.Type is PngColorType.GreyAlpha or PngColorType.ColorAlpha && pixel[^1] != (1 << samples.BitDepth) - 1
            ? ("is transparent", "expected a mask without transparency, whose gray levels are the labels.")
            : null;
    }
}
