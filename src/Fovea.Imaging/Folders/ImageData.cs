namespace Fovea.Imaging;

/// <summary>
/// What a folder, an archive or a list of images holds, found by the names of folders and files: <c>ImageData.Recognize("photos")</c>. No image is decoded.
/// </summary>
/// <remarks>
/// Parts are folders such as <c>train</c>, <c>validation</c> and <c>test</c>, in any combination; <c>training</c>, <c>valid</c>, <c>val</c>, <c>dev</c>,
/// <c>testing</c>, and names such as <c>test_set</c> or <c>train_images</c> are recognized too. A single folder around the data, as archives have it, is
/// entered. Masks are a folder next to the images (<c>images</c> and <c>masks</c>, <c>train</c> and <c>train_masks</c>), within each part or divided into
/// parts itself, or files such as <c>1_mask.png</c> next to <c>1.jpg</c>.
/// </remarks>
public sealed class ImageData
{
    internal ImageData(string path, string folder, ImageDataKind kind) => (Path, Folder, Kind) = (path, folder, kind);

    /// <summary>Gets the path that was recognized.</summary>
    public string Path { get; }

    /// <summary>
    /// Gets the folder that holds the data: <see cref="Path"/>, or a single folder inside it. For a list, the folder that its files are relative to.
    /// </summary>
    public string Folder { get; }

    /// <summary>Gets what the data are.</summary>
    public ImageDataKind Kind { get; }

    /// <summary>
    /// Gets the training data; all data if they are not divided into parts. <see langword="null"/> if there are other parts only, and for IDX files. The parts
    /// of a list have the folder that its files are relative to.
    /// </summary>
    public ImageDataPart? Training { get; internal init; }

    /// <summary>Gets the validation data; <see langword="null"/> if there are none.</summary>
    public ImageDataPart? Validation { get; internal init; }

    /// <summary>Gets the test data; <see langword="null"/> if there are none.</summary>
    public ImageDataPart? Test { get; internal init; }

    /// <summary>Gets whether the data are divided into parts; otherwise they are to be split at random.</summary>
    public bool IsDivided { get; internal init; }

    /// <summary>Gets the names of the classes' folders in the training data, or in the first part that there is; none for other kinds.</summary>
    public IReadOnlyList<string> ClassNames { get; internal init; } = [];

    /// <summary>
    /// Gets one line that says what was recognized and what is not used, in whole sentences:
    /// <c>'flowers.zip': 5 classes (daisy, dandelion, roses, sunflowers, tulips) in train, validation and test, inside the folder 'flowers'.</c>
    /// </summary>
    public string Description { get; internal init; } = "";

    /// <summary>Gets or sets the archive that holds the data: it stays open while this object is referenced.</summary>
    internal object? Archive { get; set; }

    /// <summary>Recognizes a data set.</summary>
    /// <param name="path">A folder, an archive, or a list (<c>.csv</c>, <c>.tsv</c>, <c>.jsonl</c>, <c>.ndjson</c>).</param>
    /// <param name="classNames">
    /// The classes of a model, some of which the data may lack: a single folder of such a name is a class, and not a folder around the data.
    /// </param>
    /// <param name="imageFolder">The folder that the files of a list are relative to; null for the folder of the list.</param>
    /// <exception cref="FileNotFoundException">There is no such folder or file.</exception>
    /// <exception cref="ArgumentException">There is an <paramref name="imageFolder"/>, and the path is no list.</exception>
    /// <exception cref="InvalidDataException">
    /// The path holds no images, or they are arranged in a way that is not known; the message says what was expected.
    /// </exception>
    public static ImageData Recognize(string path, IReadOnlyList<string>? classNames = null, string? imageFolder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (imageFolder is not null && !ManifestTable.IsList(path))
            throw new ArgumentException(
                $"ImageData: expected a folder of images for a list only (.csv, .tsv, .jsonl); received '{imageFolder}' for '{path}'.", nameof(imageFolder));
        return new ImageDataRecognition(path, classNames ?? [], imageFolder).Run();
    }

    /// <summary>Returns <see cref="Description"/>.</summary>
    public override string ToString() => Description;
}
