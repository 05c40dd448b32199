namespace Fovea.Imaging;

/// <summary>Finds the files and folders behind links.</summary>
internal static class RealPaths
{
    /// <summary>Resolves all links of a path. A circular link, or a chain of too many links, is left as it is.</summary>
    public static string Of(string path)
    {
        const int maxLinks = 40;
        if (ArchivePath.Of(path) is { Inside.Length: > 0 } place) return Path.Combine([Of(place.File), .. place.Inside.Split('/')]);
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var rest = new Stack<string>();
        Push(full[real.Length..]);
        for (var followed = 0; rest.TryPop(out var name);)
        {
            if (name is "." or "..")
            {
                if (name == "..") real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++followed > maxLinks) return full;
            if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
            Push(Path.IsPathRooted(target) ? target[real.Length..] : target);
        }

        return real;

        void Push(string relative)
        {
            foreach (var name in relative.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse())
                rest.Push(name);
        }
    }
}
