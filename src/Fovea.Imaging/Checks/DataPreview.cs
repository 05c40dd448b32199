using Fovea.Engine.Ops;

namespace Fovea.Imaging;

/// <summary>
/// Shows what a network is fed in training: some images of each class, resized as the network expects, and what the augmentation makes of each, several times.
/// Masks follow their images, and are drawn over them.
/// </summary>
/// <remarks>
/// <code>
/// DataPreview.Of("photos", new ImageInput(128, 128), new Pipeline(new RandomFlip(), new MixUp())).Save("preview.png");
/// </code>
/// The images of a preview are one batch: a layer that mixes images, such as <see cref="MixUp"/>, takes its partners from them.
/// </remarks>
public sealed class DataPreview
{
    private DataPreview(string folder, ImageInput input, IReadOnlyList<string>? maskClasses, IReadOnlyList<DataPreviewRow> rows) =>
        (Folder, Input, MaskClasses, Rows) = (folder, input, maskClasses, rows);

    /// <summary>The data set.</summary>
    public string Folder { get; }

    /// <summary>How the images are read.</summary>
    public ImageInput Input { get; }

    /// <summary>The names of the classes of the masks; <see langword="null"/> if the images have no masks.</summary>
    public IReadOnlyList<string>? MaskClasses { get; }

    /// <summary>The images.</summary>
    public IReadOnlyList<DataPreviewRow> Rows { get; }

    /// <summary>Reads and varies some images of the training data.</summary>
    /// <param name="folder">A folder, an archive or a list of images, as <see cref="ImageData.Recognize"/> knows them.</param>
    /// <param name="input">How the images are read. The augmentation gets pixels from 0 to 255 whatever its scale.</param>
    /// <param name="augmentation">
    /// The augmentation, which takes pixels from 0 to 255, as <see cref="Model.Augmentation"/>; <see langword="null"/> to see how images are resized.
    /// </param>
    /// <param name="images">The number of images, chosen at random and from all classes in turn.</param>
    /// <param name="copies">How often each is varied.</param>
    /// <param name="seed">The seed of the choice and of the variations.</param>
    /// <param name="imageFolder">The folder that the files of a list are relative to; <see langword="null"/> for the folder of the list.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">The folder holds no images that can be read, or the masks are not those of classes.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DataPreview Of(
        string folder, ImageInput input, ImageAugmentation? augmentation, int images = 6, int copies = 6, long seed = 0,
        string? imageFolder = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(copies);
        input = input with { Pixels = PixelScale.ZeroTo255, Order = ChannelOrder.Rgb };
        var files = CheckedFiles.Find(folder, new DataCheckOptions { ImageFolder = imageFolder });
        var masks = PreviewMasks.Of(files.Data, input, cancellationToken);
        var read = new List<(CheckedImage File, Tensor Image, float[]? Mask)>();
        foreach (var file in Choose(files, seed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(file, input, masks) is { } sample) read.Add((file, sample.Image, sample.Mask));
            if (read.Count == images) break;
        }

        if (read.Count == 0) throw new InvalidDataException($"DataPreview: none of the images in '{folder}' can be read.");
        var batch = BatchOf([.. read.Select(sample => sample.Image)], masks is null ? null : [.. read.Select(sample => sample.Mask!)]);
        var labels = read.ConvertAll(sample => sample.File.Target ?? "");
        var varied = new List<IReadOnlyList<DataPreviewImage>>();
        for (var copy = 0; copy < (augmentation is null ? 0 : copies); copy++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            varied.Add(ImagesOf(augmentation!.Augment(batch, seed: seed + copy + 1), labels));
        }

        var originals = ImagesOf(batch, labels);
        return new DataPreview(folder, input, masks?.ClassNames, [.. read.Select((sample, i) => new DataPreviewRow(
            sample.File.Name, labels[i], originals[i], [.. varied.Select(copy => copy[i])]))]);
    }

    /// <summary>Draws the images as one figure, or writes a page: a row for each image, first as it is read, then varied.</summary>
    /// <param name="path">The file to write: .png or .html.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".html" or ".htm":
                PreviewDrawing.ToPage(this).Save(path);
                break;
            case ".png":
                PreviewDrawing.SaveFigure(this, path);
                break;
            default:
                throw new ArgumentException($"DataPreview: expected a file .png or .html; received '{path}'.", nameof(path));
        }
    }

    /// <summary>The images as one batch. The label of image i is row i of the identity matrix: mixed labels are then the shares of the images.</summary>
    private static ImageBatch BatchOf(Tensor[] images, float[][]? masks)
    {
        var shape = images[0].Shape[1..];
        var identity = new float[images.Length * images.Length];
        for (var i = 0; i < images.Length; i++) identity[(i * images.Length) + i] = 1;
        return new ImageBatch(new Tensor(shape.Prepend(images.Length), [.. images.SelectMany(image => image.Values)]))
        {
            Labels = new Tensor([images.Length, images.Length], identity),
            Masks = masks is null ? null : new Tensor(shape[..2].Prepend(images.Length), [.. masks.SelectMany(mask => mask)]),
        };
    }

    private static IReadOnlyList<DataPreviewImage> ImagesOf(ImageBatch batch, List<string> labels) =>
    [
        .. Enumerable.Range(0, labels.Count).Select(i => new DataPreviewImage(
            batch.Images[i], SharesOf([.. batch.Labels![i].Values], labels), batch.Masks?[i])),
    ];

    /// <summary>The share of each label in an image, the largest first.</summary>
    private static IReadOnlyList<LabelShare> SharesOf(float[] shares, List<string> labels) =>
    [
        .. shares.Zip(labels).Where(pair => pair.First > 0).GroupBy(pair => pair.Second, StringComparer.Ordinal)
            .Select(group => new LabelShare(group.Key, group.Sum(pair => pair.First)))
            .OrderByDescending(share => share.Share).ThenBy(share => share.Label, StringComparer.Ordinal),
    ];

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

    private static (Tensor Image, float[]? Mask)? TryRead(CheckedImage file, ImageInput input, PreviewMasks? masks)
    {
        if (masks?.Has(file.Path) == false) return null;
        try
        {
            return (ImageReader.ToTensor(ImageReader.Read(file.Path, input), input), masks?.Read(file.Path));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
