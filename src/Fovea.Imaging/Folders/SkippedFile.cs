namespace Fovea.Imaging;

/// <summary>A file that was skipped when a data set was read.</summary>
/// <param name="File">Its path.</param>
/// <param name="Reason">The reason, as a sentence.</param>
public sealed record SkippedFile(string File, string Reason)
{
    private const int Named = 3;

    private static readonly HashSet<string> UnreadImages =
        [".heic", ".heif", ".avif", ".tif", ".tiff", ".jxl", ".jp2", ".svg", ".psd", ".dng", ".cr2", ".nef", ".arw"];

    /// <summary>
    /// Gets the extension of a file of another kind, in lower case and with its dot, such as <c>.heic</c>; empty if it has none; <see langword="null"/> for an
    /// image that cannot be read.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>
    /// Summarizes in sentences which files were skipped: the first damaged ones with their reasons, and the number of files of other kinds, as in "3 .heic,
    /// 2 .txt left out."
    /// </summary>
    /// <param name="skipped">The files.</param>
    /// <returns>Plain text; empty if there are none.</returns>
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
        if (skipped.Any(file => UnreadImages.Contains(file.Kind ?? ""))) sentences.Add("Convert images to JPEG, PNG or WebP to have them read.");
        return string.Join(' ', sentences);
    }

    /// <summary>Counts the files of other kinds, the most frequent first.</summary>
    internal static string Kinds(IEnumerable<SkippedFile> skipped) => string.Join(", ", skipped
        .Where(file => file.Kind is not null)
        .GroupBy(file => file.Kind!)
        .OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal)
        .Select(kind => $"{kind.Count()} {(kind.Key.Length == 0 ? "without an extension" : kind.Key)}"));

    /// <summary>The files that cannot be read.</summary>
    internal static IEnumerable<SkippedFile> Damaged(ImageFiles files, string?[] reasons) =>
        Enumerable.Range(0, reasons.Length).Where(i => reasons[i] is not null).Select(i => new SkippedFile(files[i], reasons[i]!));

    internal static SkippedFile OfKind(string path, string expected)
    {
        var kind = Path.GetExtension(path).ToLowerInvariant();
        var reason = kind.Length == 0 ? "has no extension that says that it is an image" : $"is left out: {kind} is not read";
        return new SkippedFile(path, $"'{path}' {reason}; expected {expected}.") { Kind = kind };
    }
}
