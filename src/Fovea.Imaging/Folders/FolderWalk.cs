namespace Fovea.Imaging;

/// <summary>
/// Walks the folders of classes. Hidden folders and files and those that operating systems create are ignored. Links are followed after everything else: a
/// folder is entered once, and a file that is reached in two ways counts once.
/// </summary>
internal sealed class FolderWalk
{
    /// <summary>The label of a file of another kind.</summary>
    private const int OtherKind = -1;

    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LabelledFile> files = new(StringComparer.Ordinal);
    private readonly Queue<(string Path, bool IsFolder, int Label)> links = new();
    private readonly List<SkippedFile> leftOut = [];
    private readonly string[] names;

    private FolderWalk(string root, string[] names)
    {
        this.names = names;
        leftOut.AddRange(StoredFiles.LeftOut(root));
        folders.Add(RealPaths.Of(root));
        for (var label = 0; label < names.Length; label++)
        {
            if (folders.Add(RealPaths.Of(Path.Combine(root, names[label])))) continue;
            var same = names[..label].FirstOrDefault(name => RealPaths.Of(Path.Combine(root, name)) == RealPaths.Of(Path.Combine(root, names[label]))) ?? ".";
            throw new InvalidDataException($"ImageFolder: expected a separate folder for each class in '{root}'; '{names[label]}' is a link to '{same}'.");
        }
    }

    /// <summary>Finds the images of all classes, in ordinal order of class and path, and the other files.</summary>
    /// <exception cref="InvalidDataException">Two classes are the same folder.</exception>
    public static (List<LabelledFile> Images, List<SkippedFile> LeftOut) Find(string root, string[] names)
    {
        var walk = new FolderWalk(root, names);
        for (var label = 0; label < names.Length; label++)
        {
            var folder = Path.Combine(root, names[label]);
            walk.Enter(folder, RealPaths.Of(folder), label);
        }

        while (walk.links.TryDequeue(out var next)) walk.Visit(next.Path, RealPaths.Of(next.Path), next.IsFolder, next.Label);
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
        if (except is not null) walk.folders.Add(RealPaths.Of(except));
        walk.Enter(root, RealPaths.Of(root), 0);
        while (walk.links.TryDequeue(out var next)) walk.Visit(next.Path, RealPaths.Of(next.Path), next.IsFolder, next.Label);
        return (
            [.. walk.files.Values.Where(file => file.Label != OtherKind).Select(file => file.Path).Order(StringComparer.Ordinal)],
            [.. walk.leftOut.OrderBy(file => file.File, StringComparer.Ordinal)]);
    }

    /// <summary>Whether two paths are the same folder, behind all links.</summary>
    public static bool AreSame(string folder, string other) => RealPaths.Of(folder) == RealPaths.Of(other);

    /// <summary>The names of the visible folders in a folder, in ordinal order.</summary>
    public static string[] Folders(string folder) => [.. StoredFiles.Entries(folder).Where(entry => entry.IsFolder).Select(entry => entry.Name)];

    /// <summary>Whether a folder or a folder inside it holds images. Links inside are not followed.</summary>
    public static bool HoldsImages(string folder)
    {
        try
        {
            var entries = StoredFiles.Entries(folder).ToList();
            return entries.Exists(entry => !entry.IsFolder && ImageExtensions.IsImage(entry.Name))
                || entries.Exists(entry => entry is { IsFolder: true, IsLink: false } && HoldsImages(Path.Combine(folder, entry.Name)));
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Enter(string folder, string real, int label)
    {
        try
        {
            foreach (var entry in StoredFiles.Entries(folder))
            {
                var path = Path.Combine(folder, entry.Name);
                if (!entry.IsLink) Visit(path, Path.Combine(real, entry.Name), entry.IsFolder, label);
                else links.Enqueue((path, entry.IsFolder, label));
            }
        }
        catch (UnauthorizedAccessException error)
        {
            leftOut.Add(new SkippedFile(folder, error.Message));
        }
    }

    private void Visit(string path, string real, bool isFolder, int label)
    {
        if (isFolder)
        {
            if (folders.Add(real)) Enter(path, real, label);
            return;
        }

        var isImage = ImageExtensions.IsImage(path);
        if (files.TryAdd(real, new LabelledFile(path, isImage ? label : OtherKind)))
        {
            if (!isImage) leftOut.Add(SkippedFile.OfKind(path, ImageExtensions.Expected));
        }
        else if (files[real].Label is not OtherKind and var other && other != label)
        {
            leftOut.Add(new SkippedFile(path, $"'{path}' is a link to '{files[real].Path}', which is of the class '{names[other]}'."));
        }
    }
}
