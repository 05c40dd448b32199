namespace Fovea.Tests;

/// <summary>Finds real data that is not part of the repository: where FOVEA_DATA points, or in <c>shared/data</c> above the tests.</summary>
internal static class TestData
{
    /// <summary>The path of a file or folder such as <c>models/mnist.keras</c>, or null where it is missing.</summary>
    public static string? Find(string relativePath)
    {
        var folder = Environment.GetEnvironmentVariable("FOVEA_DATA");
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); folder is null && up is not null; up = up.Parent)
        {
            var candidate = Path.Combine(up.FullName, "shared", "data");
            if (Directory.Exists(candidate)) folder = candidate;
        }

        var path = folder is null ? null : Path.Combine(folder, relativePath);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }
}
