using System.Globalization;
using Fovea.Engine.Ops;

namespace Fovea.Imaging;

/// <summary>An image of a preview.</summary>
/// <param name="File">Its path relative to the data set.</param>
/// <param name="Label">The name of its class; empty if it has none.</param>
/// <param name="Original">The image as it is read, (height, width, channels), with values from 0 to 255.</param>
/// <param name="Varied">What the augmentation makes of it, several times.</param>
public sealed record DataPreviewRow(string File, string Label, Tensor Original, IReadOnlyList<Tensor> Varied);

/// <summary>
/// Shows what a network is fed in training: some images of each class, resized as the network expects, and what the augmentation makes of each, several times.
/// </summary>
public sealed class DataPreview
{
    private const int Side = 160;

    private DataPreview(string folder, ImageInput input, IReadOnlyList<DataPreviewRow> rows) => (Folder, Input, Rows) = (folder, input, rows);

    /// <summary>The data set.</summary>
    public string Folder { get; }

    /// <summary>How the images are read.</summary>
    public ImageInput Input { get; }

    /// <summary>The images.</summary>
    public IReadOnlyList<DataPreviewRow> Rows { get; }

    /// <summary>Reads and varies some images of the training data.</summary>
    /// <param name="folder">A folder, an archive or a list of images, as <see cref="ImageData.Recognize"/> knows them.</param>
    /// <param name="input">How the images are read. The layers get pixels from 0 to 255 whatever its scale.</param>
    /// <param name="augmentation">The layers that vary images, which take pixels from 0 to 255; none to see how images are resized.</param>
    /// <param name="images">The number of images, chosen at random and from all classes in turn.</param>
    /// <param name="copies">How often each is varied.</param>
    /// <param name="seed">The seed of the choice and of the variations.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">The folder holds no images that can be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataPreview Of(
        string folder, ImageInput input, IReadOnlyList<Layer> augmentation, int images = 6, int copies = 6, long seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(augmentation);
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(copies);
        input = input with { Pixels = PixelScale.ZeroTo255, Order = ChannelOrder.Rgb };
        var model = new Sequential("augmentation", seed) { new Input(input.Shape.Dimensions) };
        foreach (var layer in augmentation) model.Add(layer);
        var rows = new List<DataPreviewRow>();
        foreach (var file in Choose(CheckedFiles.Find(folder), seed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(file, input) is not { } image) continue;
            var varied = Enumerable.Range(0, augmentation.Count == 0 ? 0 : copies)
                .Select(copy => Single(model.Apply(image, training: true, seed: seed + (rows.Count * copies) + copy + 1)));
            rows.Add(new DataPreviewRow(file.Name, file.Label ?? "", Single(image), [.. varied]));
            if (rows.Count == images) break;
        }

        return rows.Count > 0
            ? new DataPreview(folder, input, rows)
            : throw new InvalidDataException($"DataPreview: none of the images in '{folder}' can be read.");
    }

    /// <summary>Draws the images as one figure, or writes a page: a row for each image, first as it is read, then varied.</summary>
    /// <param name="path">The file to write: .png, .jpg, .webp or .html.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.GetExtension(path).ToLowerInvariant() is ".html" or ".htm") ToPage().Save(path);
        else ContactSheet.Save([.. Rows.SelectMany(Captioned)], path, columns: Rows.Max(row => row.Varied.Count) + 1, cell: Side);
    }

    private static IEnumerable<CaptionedImage> Captioned(DataPreviewRow row)
    {
        yield return new CaptionedImage(row.Original, row.Label.Length > 0 ? row.Label : Path.GetFileName(row.File)) { Range = PixelRange.ZeroTo255 };
        foreach (var varied in row.Varied) yield return new CaptionedImage(varied) { Range = PixelRange.ZeroTo255 };
    }

    private HtmlReport ToPage()
    {
        var page = new HtmlReport($"Preview of {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)))}")
        {
            Subtitle = $"What a network is fed: {Input}.",
        };
        foreach (var row in Rows)
        {
            ReportImage[] images =
            [
                ReportImage.Of(row.Original, row.File, PixelRange.ZeroTo255) with { Caption = "as it is read" },
                .. row.Varied.Select((image, copy) => ReportImage.Of(
                    image, string.Create(CultureInfo.InvariantCulture, $"{row.File}, variation {copy + 1}"), PixelRange.ZeroTo255)),
            ];
            page.AddSection(row.Label.Length > 0 ? $"{row.Label}: {row.File}" : row.File).Add(new ReportImages(images));
        }

        return page;
    }

    /// <summary>The training images in a random order in which the classes take turns.</summary>
    private static IEnumerable<CheckedImage> Choose(CheckedFiles files, long seed)
    {
        var images = files.Images.Where(image => image.Part is DataPart.Training or DataPart.None).ToArray();
        if (images.Length == 0) images = [.. files.Images];
        var order = Enumerable.Range(0, images.Length).ToArray();
        new RandomNumbers(seed).Shuffle(order.AsSpan());
        return order.GroupBy(i => images[i].Label ?? "").OrderBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany((group, rank) => group.Select((i, place) => (i, place, rank)))
            .OrderBy(entry => entry.place).ThenBy(entry => entry.rank).Select(entry => images[entry.i]);
    }

    private static Tensor? TryRead(CheckedImage file, ImageInput input)
    {
        try
        {
            return ImageReader.ToTensor(ImageReader.Read(file.Path, input), input);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Tensor Single(Tensor batch) => new(batch.Shape[1..], batch.Values);
}
