namespace Fovea;

/// <content>The weights that Keras publishes, by download.</content>
public static partial class Applications
{
    /// <summary>
    /// The environment variable that names the address of a mirror: a folder on a web server with the files of weights. It is asked instead of Keras' servers.
    /// </summary>
    public const string MirrorVariable = "FOVEA_WEIGHTS";

    /// <summary>The folder for downloaded weights: <c>models</c> in <see cref="DownloadCache.Folder"/>.</summary>
    public static string WeightsFolder => Path.Combine(DownloadCache.Folder, "models");

    /// <summary>
    /// Downloads the weights that Keras publishes for ImageNet, unless they are here: in <see cref="WeightsFolder"/>, or in Keras' own folder
    /// (<c>~/.keras/models</c>, or <c>models</c> in the folder that <c>KERAS_HOME</c> names). <c>Weights = "imagenet"</c> does the same while it waits.
    /// </summary>
    /// <param name="name">A name that <see cref="Find"/> knows.</param>
    /// <param name="options">The options of the network, as for <see cref="Create"/>; null for the defaults.</param>
    /// <param name="progress">Receives the progress of the download.</param>
    /// <param name="handler">The handler of the requests; by default that of the platform. It is not disposed.</param>
    /// <param name="cancellationToken">Stops the download. What has arrived is kept, and the next download continues it.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="ArgumentException">There is no such network, or there are no weights for these options.</exception>
    /// <exception cref="IOException">
    /// The file cannot be downloaded or written. The message gives the reason, the address, and the place for a file that you bring yourself.
    /// </exception>
    /// <remarks>
    /// A file gets its name when it is complete and its hash is that of Keras. MobileNet and MobileNetV2 have no published hash: the one that the server sends
    /// is compared, and the SHA-256 is recorded next to the file. Every use of a file compares the hash. Several processes may download the same file:
    /// one does, and the others wait.
    /// </remarks>
    public static async Task<string> DownloadWeightsAsync(
        string name, ApplicationOptions? options = null, IProgress<DownloadProgress>? progress = null, HttpMessageHandler? handler = null,
        CancellationToken cancellationToken = default)
    {
        var network = Require(name).Name;
        var weights = PublishedWeights.For(network, options ?? new());
        foreach (var folder in WeightsFolders)
        {
            var path = Path.Combine(folder, weights.File.Name);
            if (await weights.File.IsStoredAsync(path, cancellationToken).ConfigureAwait(false)) return path;
        }

        using var client = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        var target = Path.Combine(WeightsFolder, weights.File.Name);
        var advice = $"Put the file there by hand ('{target}'), or give the path of one as {nameof(ApplicationOptions.Weights)}.";
        await new Download(client, $"Applications.{network}", progress)
            .EnsureAsync(weights.File, [AddressOf(weights)], WeightsFolder, advice, cancellationToken).ConfigureAwait(false);
        return target;
    }

    /// <summary>The folders in which weights may be: that of Fovea, and that of Keras.</summary>
    internal static IEnumerable<string> WeightsFolders
    {
        get
        {
            yield return WeightsFolder;
            yield return Path.Combine(
                Environment.GetEnvironmentVariable("KERAS_HOME") is { Length: > 0 } home
                    ? home
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".keras"),
                "models");
        }
    }

    /// <summary>The file of <see cref="ApplicationOptions.Weights"/>; waits for a download.</summary>
    internal static string WeightsFile(string network, ApplicationOptions options, string weights) => weights == ApplicationOptions.ImageNet
        ? Task.Run(() => DownloadWeightsAsync(network, options)).GetAwaiter().GetResult()
        : weights;

    private static Uri AddressOf(PublishedWeights weights) => Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } mirror
        ? new Uri(new Uri(mirror.TrimEnd('/') + "/", UriKind.Absolute), weights.File.Name)
        : weights.Address;
}
