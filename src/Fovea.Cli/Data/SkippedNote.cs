using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Says which files were left out, and why.</summary>
internal static class SkippedNote
{
    private const int Named = 3;

    /// <summary>A sentence or a few, plain text.</summary>
    public static string For(IReadOnlyList<SkippedFile> skipped)
    {
        var reasons = string.Join(' ', skipped.Take(Named).Select(file => file.Reason));
        var rest = skipped.Count > Named ? $" … and {skipped.Count - Named} more." : "";
        return $"{(skipped.Count == 1 ? "1 file is" : $"{skipped.Count} files are")} left out: {reasons}{rest}";
    }
}
