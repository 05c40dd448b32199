namespace Fovea.Imaging;

/// <summary>The folders and files of an archive by their paths. It is built once and then only read.</summary>
/// <param name="archive">The path of the archive, for messages.</param>
internal sealed class ArchiveIndex(string archive)
{
    private readonly Dictionary<string, SortedDictionary<string, bool>> folders = new(StringComparer.Ordinal) { [""] = new(StringComparer.Ordinal) };
    private readonly Dictionary<string, int> files = new(StringComparer.Ordinal);
    private readonly List<SkippedFile> leftOut = [];

    /// <summary>The entries that are not used, with the reasons.</summary>
    public IReadOnlyList<SkippedFile> LeftOut => leftOut;

    /// <summary>Whether a path inside the archive is a folder.</summary>
    public bool IsFolder(string inside) => folders.ContainsKey(inside);

    /// <summary>The number of a file; null if there is none of this path.</summary>
    public int? Find(string inside) => files.TryGetValue(inside, out var number) ? number : null;

    /// <summary>The visible entries of a folder, in ordinal order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public IEnumerable<StoredEntry> Entries(string inside) => folders.TryGetValue(inside, out var folder)
        ? folder.Where(entry => !SystemFiles.IsHidden(entry.Key)).Select(entry => new StoredEntry(entry.Key, entry.Value, IsLink: false))
        : throw new DirectoryNotFoundException($"There is no folder '{inside}' in '{archive}'.");

    /// <summary>Adds a folder.</summary>
    public void AddFolder(string name)
    {
        if (Normalize(name) is { Length: > 0 } path) Enter(path);
    }

    /// <summary>Adds a file. A later file of the same path replaces an earlier one, as it does when an archive is unpacked.</summary>
    /// <param name="name">The name in the archive.</param>
    /// <param name="number">The number by which the archive finds it.</param>
    public void AddFile(string name, int number)
    {
        if (Normalize(name) is not { Length: > 0 } path) return;
        var slash = path.LastIndexOf('/');
        var folder = slash < 0 ? "" : path[..slash];
        if (IsFolder(path) || !Enter(folder))
        {
            LeaveOut(path, "has the name of a folder too");
            return;
        }

        if (!files.TryAdd(path, number))
        {
            files[path] = number;
            LeaveOut(path, "is in the archive twice; the last one is read, as it remains when the archive is unpacked");
        }

        folders[folder][path[(slash + 1)..]] = false;
    }

    /// <summary>Leaves out a link or a device.</summary>
    public void LeaveOut(string name, string reason)
    {
        var path = Path.Combine([archive, .. name.Split('/')]);
        if (!name.Split('/').Any(part => part.Length > 0 && SystemFiles.IsHidden(part)) || name.StartsWith("..", StringComparison.Ordinal))
            leftOut.Add(new SkippedFile(path, $"'{path}' {reason}."));
    }

    /// <summary>The path of an entry without empty parts and ".". An entry that would be unpacked elsewhere is left out: null.</summary>
    private string? Normalize(string name)
    {
        var isAbsolute = name.StartsWith('/') || (name.Length > 1 && name[1] == ':');
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (!isAbsolute && !parts.Contains("..") && !name.Contains('\0')) return string.Join('/', parts);
        leftOut.Add(new SkippedFile(
            archive, $"'{archive}': the entry '{name.Replace('\0', '?')}' is left out, since its name leads out of the archive."));
        return null;
    }

    /// <summary>Creates a folder and those around it. Returns whether none of them is a file.</summary>
    private bool Enter(string folder)
    {
        if (folders.ContainsKey(folder)) return true;
        if (files.ContainsKey(folder)) return false;
        var slash = folder.LastIndexOf('/');
        var outer = slash < 0 ? "" : folder[..slash];
        if (!Enter(outer)) return false;
        folders[outer][folder[(slash + 1)..]] = true;
        folders[folder] = new(StringComparer.Ordinal);
        return true;
    }
}
