namespace Fovea.Formats;

/// <summary>
/// Writes a file completely or not at all: into a temporary file beside it, flushed to the disk, then renamed over it. Readers
/// see the old file or the new one, never half of one.
/// </summary>
internal static class AtomicFile
{
    /// <summary>
    /// Replaces the file at <paramref name="path"/> with what <paramref name="write"/> writes. If it throws, the old file is
    /// intact and no temporary file remains.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist, or the disk is full.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        var target = Path.GetFullPath(path);
        if (Directory.Exists(target)) throw new IOException($"'{path}' is a folder; expected the path of a file to write.");
        var temporary = TemporaryPath(target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    /// <summary>A fresh name in the folder of <paramref name="path"/>, so that a rename stays on one disk.</summary>
    public static string TemporaryPath(string path)
    {
        var target = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one worth reporting.
        }
    }
}
