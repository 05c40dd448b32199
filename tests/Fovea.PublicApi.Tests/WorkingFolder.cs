namespace Fovea.PublicApi.Tests;

/// <summary>
/// A new current directory, for code that names files as a reader would: <c>model.Save("digits.keras")</c>. It is deleted with its files. The current
/// directory belongs to the process, so that the classes that use one are in <see cref="Collection"/>: they never run at the same time.
/// </summary>
internal sealed class WorkingFolder : IDisposable
{
    public const string Collection = "current directory";

    private readonly string before = Environment.CurrentDirectory;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fovea");

    public WorkingFolder() => Environment.CurrentDirectory = folder.FullName;

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        folder.Delete(recursive: true);
    }
}
