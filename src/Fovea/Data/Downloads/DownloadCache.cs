namespace Fovea;

/// <summary>The folder for downloaded data.</summary>
public static class DownloadCache
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "FOVEA_CACHE";

    /// <summary>
    /// The folder that <c>FOVEA_CACHE</c> names, or <c>fovea</c> in the user's local application data
    /// (<c>~/.local/share</c>, <c>%LOCALAPPDATA%</c>, <c>~/Library/Application Support</c>). It need not exist yet.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable is not set, and the user has no such folder.</exception>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder) return folder;
            var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return data.Length > 0
                ? Path.Combine(data, "fovea")
                : throw new InvalidOperationException($"Fovea: this user has no folder for application data; set {Variable} to a folder for downloads.");
        }
    }
}
