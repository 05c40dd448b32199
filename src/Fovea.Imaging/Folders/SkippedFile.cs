namespace Fovea.Imaging;

/// <summary>A file that was left out of a data set.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">What is wrong with it, in a sentence.</param>
public sealed record SkippedFile(string File, string Reason)
{
    private const int Named = 3;

    private static readonly HashSet<string> UnreadImages =
        [".heic", ".heif", ".avif", ".tif", ".tiff", ".jxl", ".jp2", ".svg", ".psd", ".dng", ".cr2", ".nef", ".arw"];

    /// <summary>
    /// The extension of a file that is of no kind that is read, in lower case and with its dot, such as <c>.heic</c>; empty where it has none;
    /// <see langword="null"/> where the file should be a picture and cannot be read.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>
    /// Says which files were left out, in sentences: the first damaged ones by their reasons, files of other kinds by their numbers, as in "3 .heic, 2 .txt
    /// left out."
    /// </summary>
    /// <param name="skipped">The files.</param>
    /// <returns>Plain text; empty where there are none.</returns>
    public static string Summarize(IReadOnlyList<SkippedFile> skipped)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        var damaged = skipped.Where(file => file.Kind is null).ToList();
        var sentences = new List<string>();
        if (damaged.Count > 0)
        {
            sentences.Add(
                $"{(damaged.Count == 1 ? "1 file is" : $"{damaged.Count} files are")} left "
                + $"out: {string.Join(' ', damaged.Take(Named).Select(file => file.Reason))}");
            if (damaged.Count > Named) sentences.Add($"… and {damaged.Count - Named} more.");
        }

        if (Kinds(skipped) is { Length: > 0 } kinds) sentences.Add($"{kinds} left out.");
        if (skipped.Any(file => UnreadImages.Contains(file.Kind ?? ""))) sentences.Add("Convert pictures to JPEG, PNG or WebP to have them read.");
        return string.Join(' ', sentences);
    }

    /// <summary>How many files there are of each kind that is not read, the most frequent first.</summary>
    internal static string Kinds(IEnumerable<SkippedFile> skipped) => string.Join(", ", skipped
        .Where(file => file.Kind is not null)
        .GroupBy(file => file.Kind!)
        .OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal)
        .Select(kind => $"{kind.Count()} {(kind.Key.Length == 0 ? "without an extension" : kind.Key)}"));

    internal static SkippedFile OfKind(string path, string expected)
    {
        var kind = Path.GetExtension(path).ToLowerInvariant();
        var reason = kind.Length == 0 ? "has no extension that says that it is a picture" : $"is left out: {kind} is not read";
        return new SkippedFile(path, $"'{path}' {reason}; expected {expected}.") { Kind = kind };
    }
}
