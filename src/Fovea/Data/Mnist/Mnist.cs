namespace Fovea;

/// <summary>
/// MNIST: 60,000 handwritten digits for training and 10,000 for testing, gray images of 28 × 28 (LeCun, Bottou, Bengio and
/// Haffner 1998, section III.A). Other data sets in the same four files, like Fashion-MNIST, load the same way.
/// </summary>
public static class Mnist
{
    private static readonly Uri[] Mirrors =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    // The checksums are of the unpacked content, because a mirror may compress it differently.
    private static readonly GzipFile[] Files =
    [
        new("train-images-idx3-ubyte.gz", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new("train-labels-idx1-ubyte.gz", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new("t10k-images-idx3-ubyte.gz", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new("t10k-labels-idx1-ubyte.gz", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    /// <summary>The default folder of <see cref="DownloadAsync"/>.</summary>
    public static string DefaultFolder => Path.Combine(DownloadCache.Folder, "mnist");

    /// <summary>Loads the training set and the test set from a folder.</summary>
    /// <param name="folder">
    /// A folder with the four files <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c>
    /// and <c>t10k-labels-idx1-ubyte</c>, each with or without <c>.gz</c>; <c>train-images.idx3-ubyte</c> and so on are found too.
    /// </param>
    /// <param name="range">The value range of the pixels.</param>
    /// <param name="classNames">The names of the classes; by default ten classes named "0" to "9".</param>
    /// <exception cref="FileNotFoundException">Files are missing: the message names them.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the files do not belong together.</exception>
    public static (ByteImageDataset Train, ByteImageDataset Test) Load(
        string folder, PixelRange range = PixelRange.ZeroToOne, IReadOnlyList<string>? classNames = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var paths = Files.Select(file => Find(folder, Path.GetFileNameWithoutExtension(file.Name))).ToArray();
        var missing = Files.Where((_, i) => paths[i] is null).Select(file => Path.GetFileNameWithoutExtension(file.Name)).ToArray();
        if (missing.Length > 0)
            throw new FileNotFoundException(
                $"MNIST: expected {string.Join(", ", missing)} in '{folder}', with or without .gz; received none. Mnist.DownloadAsync fetches them.");
        return (IdxImages.Load(paths[0]!, paths[1]!, classNames, range), IdxImages.Load(paths[2]!, paths[3]!, classNames, range));
    }

    /// <summary>
    /// Downloads the files that are missing in a folder or damaged (11 MB in all) and checks their SHA-256. Then <see cref="Load"/> reads
    /// them.
    /// </summary>
    /// <param name="folder">The folder for the files; by default <see cref="DefaultFolder"/>.</param>
    /// <param name="progress">Receives the progress of the download.</param>
    /// <param name="handler">The handler of the requests; by default that of the platform. It is not disposed.</param>
    /// <param name="cancellationToken">Stops the download; no incomplete file remains.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">No mirror provided a file; the message gives the reason and explains how to provide the files by hand.</exception>
    public static async Task<string> DownloadAsync(
        string? folder = null, IProgress<DownloadProgress>? progress = null, HttpMessageHandler? handler = null, CancellationToken cancellationToken = default)
    {
        folder ??= DefaultFolder;
        using var client = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        var download = new Download(client, "MNIST", progress);
        var advice = $"Without these mirrors, put the file into '{folder}' by hand, or use a folder that has all files.";
        foreach (var file in Files)
        {
            await download.EnsureAsync(file, [.. Mirrors.Select(mirror => new Uri(mirror, file.Name))], folder, advice, cancellationToken)
                .ConfigureAwait(false);
        }

        return folder;
    }

    private static string? Find(string folder, string name)
    {
        var dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        string[] candidates = [name, name + ".gz", dotted, dotted + ".gz"];
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists);
    }
}
