namespace Fovea.Imaging;

/// <summary>A path that leads into an archive, such as <c>photos.zip/train/cat/1.jpg</c>.</summary>
/// <param name="File">The path of the archive.</param>
/// <param name="Inside">The path inside it, with slashes; empty for the archive itself.</param>
internal readonly record struct ArchivePath(string File, string Inside)
{
    private static readonly string[] Extensions = [".zip", ".tar", ".tar.gz", ".tgz"];

    /// <summary>The extensions for messages.</summary>
    public static string Expected => ".zip, .tar, .tar.gz, .tgz";

    /// <summary>Finds the archive in a path: the first file on the way that has the extension of an archive.</summary>
    /// <returns>The parts of the path; null if it leads into no archive.</returns>
    public static ArchivePath? Of(string path)
    {
        for (var end = NextEnd(path, 0); end >= 0; end = NextEnd(path, end + 1))
        {
            if (!HasExtension(path.AsSpan(0, end)) || !System.IO.File.Exists(path[..end])) continue;
            return Normalize(path[end..]) is { } inside ? new(path[..end], inside) : null;
        }

        return null;
    }

    /// <summary>A path with slashes, without "." and ".."; null if it leads out of the archive.</summary>
    private static string? Normalize(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".") continue;
            if (name != "..") names.Add(name);
            else if (names.Count > 0) names.RemoveAt(names.Count - 1);
            else return null;
        }

        return string.Join('/', names);
    }

    private static bool HasExtension(ReadOnlySpan<char> path)
    {
        foreach (var extension in Extensions)
            if (path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>The end of the first name in a path that ends at or after an index; -1 behind the last.</summary>
    private static int NextEnd(string path, int from)
    {
        if (from > path.Length) return -1;
        var next = path.AsSpan(from).IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        return next < 0 ? path.Length : from + next;
    }
}
