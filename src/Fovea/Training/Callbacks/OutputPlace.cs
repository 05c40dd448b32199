namespace Fovea;

/// <summary>Looks before a training whether a file can be written when it ends, so that an hour of work is not lost to a full disk or a wrong name.</summary>
internal static class OutputPlace
{
    /// <summary>
    /// Makes the folder of a file if it is missing, and tries there a file of its name and size. Nothing remains but the folder; a file that is there stays as
    /// it is.
    /// </summary>
    /// <param name="path">The file that is to be written.</param>
    /// <param name="bytes">About how many bytes it will have.</param>
    /// <exception cref="IOException">The folder cannot be made, the name is too long or that of a folder, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    public static void Prepare(string path, long bytes)
    {
        var target = Path.GetFullPath(path);
        if (Directory.Exists(target)) throw new IOException($"'{path}' is a folder; expected the path of a file to write.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var probe = File.Exists(target) ? AtomicFile.TemporaryPath(target) : target;
        try
        {
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = bytes });
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>About how many bytes a model and the state of its optimizer take in a file.</summary>
    public static long SizeOf(Model model) => sizeof(float) * (model.Trainer?.Variables.Sum(variable => (long)variable.Shape.Count) ?? model.Parameters);
}
