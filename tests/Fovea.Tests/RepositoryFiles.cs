namespace Fovea.Tests;

/// <summary>The text files of the repository: code, scripts, project files and documents.</summary>
internal static class RepositoryFiles
{
    private static readonly HashSet<string> Skipped = [".git", ".vs", ".idea", "bin", "obj", "artifacts", "shared", "TestResults", "node_modules", "_site"];
    private static readonly HashSet<string> CodeExtensions = [".cs", ".py", ".sh", ".csproj", ".props", ".slnx", ".yml", ".editorconfig"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all code and Markdown files, relative to the root, with slashes.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Walk(new DirectoryInfo(Root)).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => IsCode(path) || IsMarkdown(path)).Order(),
    ];

    public static bool IsCode(string path) => CodeExtensions.Contains(Path.GetExtension(path)) || path.StartsWith(".ci/", StringComparison.Ordinal);

    public static bool IsMarkdown(string path) => path.EndsWith(".md", StringComparison.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder) =>
    [
        .. folder.EnumerateFiles().Select(file => file.FullName),
        .. folder.EnumerateDirectories().Where(inner => !Skipped.Contains(inner.Name) && inner.LinkTarget is null).SelectMany(Walk),
    ];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Fovea.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }
}
