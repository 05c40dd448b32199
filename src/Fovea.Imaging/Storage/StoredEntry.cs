namespace Fovea.Imaging;

/// <summary>A file or a folder in a folder.</summary>
/// <param name="Name">Its name without the path.</param>
/// <param name="IsFolder">Whether it is a folder, or a link to one.</param>
/// <param name="IsLink">Whether it is a link.</param>
internal readonly record struct StoredEntry(string Name, bool IsFolder, bool IsLink);
