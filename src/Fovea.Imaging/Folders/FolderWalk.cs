namespace Fovea.Imaging;

/// <summary>
/// Walks the folders of classes. Hidden folders and files and those that operating systems create are ignored. Links are followed after everything else: a
/// folder is entered once, and a file that is reached in two ways counts once.
/// </summary>
internal sealed class FolderWalk
{
    private static readonly HashSet<string> Extensions =
        new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp" };

    private static readonly HashSet<string> SystemNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__pycache__", "Thumbs.db", "ehthumbs.db",
            "desktop.ini", "Icon\r",
    };

    /// <summary>The label of a file of another kind.</summary>
    private const int OtherKind = -1;

    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LabelledFile> files = new(StringComparer.Ordinal);
    private readonly Queue<(string Path, int Label)> links = new();
    private readonly List<SkippedFile> leftOut = [];
    private readonly string[] names;

    private FolderWalk(string root, string[] names)
    {
        this.names = names;
        folders.Add(RealPath(root));
        for (var label = 0; label < names.Length; label++)
        {
            if (folders.Add(RealPath(Path.Combine(root, names[label])))) continue;
            var same = names[..label].FirstOrDefault(name => RealPath(Path.Combine(root, name)) == RealPath(Path.Combine(root, names[label]))) ?? ".";
            throw new InvalidDataException($"ImageFolder: expected a separate folder for each class in '{root}'; '{names[label]}' is a link to '{same}'.");
        }
    }

    /// <summary>The extensions for messages; .jpe and .jfif are JPEG too.</summary>
    public static string Expected => ".jpg, .jpeg, .png, .webp, .gif, .bmp";

    /// <summary>Finds the images of all classes, in ordinal order of class and path, and the other files.</summary>
    /// <exception cref="InvalidDataException">Two classes are the same folder.</exception>
    public static (List<LabelledFile> Images, List<SkippedFile> LeftOut) Find(string root, string[] names)
    {
        var walk = new FolderWalk(root, names);
        for (var label = 0; label < names.Length; label++)
        {
            var folder = Path.Combine(root, names[label]);
            walk.Enter(folder, RealPath(folder), label);
        }

        while (walk.links.TryDequeue(out var next)) walk.Visit(next.Path, RealPath(next.Path), next.Label);
        return (
            [.. walk.files.Values.Where(file => file.Label != OtherKind).OrderBy(file => file.Label).ThenBy(file => file.Path, StringComparer.Ordinal)],
            [.. walk.leftOut.OrderBy(file => file.File, StringComparer.Ordinal)]);
    }

    /// <summary>Finds all images in a folder and the folders inside it, in ordinal order of their paths, and the other files.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="except">A folder that is not entered; null for none.</param>
    public static (List<string> Images, List<SkippedFile> LeftOut) Find(string root, string? except = null)
    {
        var walk = new FolderWalk(root, []);
        if (except is not null) walk.folders.Add(RealPath(except));
        walk.Enter(root, RealPath(root), 0);
        while (walk.links.TryDequeue(out var next)) walk.Visit(next.Path, RealPath(next.Path), next.Label);
        return (
            [.. walk.files.Values.Where(file => file.Label != OtherKind).Select(file => file.Path).Order(StringComparer.Ordinal)],
            [.. walk.leftOut.OrderBy(file => file.File, StringComparer.Ordinal)]);
    }

    /// <summary>Whether two paths are the same folder, behind all links.</summary>
    public static bool AreSame(string folder, string other) => RealPath(folder) == RealPath(other);

    /// <summary>The names of the visible folders in a folder, in ordinal order.</summary>
    public static string[] Folders(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateDirectories().Where(IsVisible).Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    private static bool IsVisible(FileSystemInfo entry) =>
        entry.Name[0] != '.' && !SystemNames.Contains(entry.Name) && !(OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden));

    private void Enter(string folder, string real, int label)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(IsVisible).OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                var path = Path.Combine(folder, entry.Name);
                if (entry.LinkTarget is null) Visit(path, Path.Combine(real, entry.Name), label);
                else links.Enqueue((path, label));
            }
        }
        catch (UnauthorizedAccessException error)
        {
            leftOut.Add(new SkippedFile(folder, error.Message));
        }
    }

    private void Visit(string path, string real, int label)
    {
        if (Directory.Exists(path))
        {
            if (folders.Add(real)) Enter(path, real, label);
            return;
        }

        var isImage = Extensions.Contains(Path.GetExtension(path));
        if (files.TryAdd(real, new LabelledFile(path, isImage ? label : OtherKind)))
        {
            if (!isImage) leftOut.Add(SkippedFile.OfKind(path, Expected));
        }
        else if (files[real].Label is not OtherKind and var other && other != label)
        {
            leftOut.Add(new SkippedFile(path, $"'{path}' is a link to '{files[real].Path}', which is of the class '{names[other]}'."));
        }
    }

    /// <summary>Resolves all links of a path. A circular link, or a chain of too many links, is left as it is.</summary>
    private static string RealPath(string path)
    {
        const int maxLinks = 40;
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
