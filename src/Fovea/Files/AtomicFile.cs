using System.Globalization;

namespace Fovea.Formats;

/// <summary>
/// Writes a file completely or not at all: into a temporary file in the same folder, which is flushed to the disk and renamed over the old file.
/// Readers see the old file or the new one, never a part. A symbolic link stays, and its target is replaced; the file keeps its permissions.
/// A path that is not a regular file, such as a pipe or <c>/dev/null</c>, is written directly.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private const int NameLetters = 40;
    private const string Devices = "/dev/";

    private static long names;
    private readonly string path;
    private readonly string target;
    private readonly string? temporary;
    private readonly FileStream file;

    /// <summary>Prepares to write a file, and throws now if the write is known to fail.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="bytes">The approximate size of the file, for which the disk must have free space.</param>
    /// <exception cref="IOException">The folder does not exist, the name is too long, the path is a folder, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or the folder is.</exception>
    public AtomicFile(string path, long bytes = 0)
    {
        this.path = path;
        target = TargetOf(path);
        var old = AttributesOf(target, path);
        if (old is { } attributes && attributes.HasFlag(FileAttributes.Directory) || Path.GetFileName(target).Length == 0)
            throw new IOException($"'{path}' is a folder; expected the path of a file to write.");
        if (old is { } present && present.HasFlag(FileAttributes.ReadOnly))
            throw new UnauthorizedAccessException($"'{path}' is read-only; its permissions decide who may write it.");
        var isDevice = old is not null && !OperatingSystem.IsWindows() && target.StartsWith(Devices, StringComparison.Ordinal)
            && !target.StartsWith($"{Devices}shm/", StringComparison.Ordinal);
        if (!isDevice) temporary = TemporaryPath(target);
        file = Guarded(() => isDevice
            ? new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
            : new FileStream(
                temporary!, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    PreallocationSize = bytes,
                }));
        if (temporary is not null && old is not null && !OperatingSystem.IsWindows()) KeepPermissions();
    }

    /// <summary>
    /// Replaces the file at <paramref name="path"/> with the bytes that <paramref name="write"/> writes. If it throws, the old file is intact and no
    /// temporary file remains.
    /// </summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="write">Writes the new content.</param>
    /// <param name="cancellationToken">Stops before the next write; the old file is intact then.</param>
    /// <exception cref="IOException">The folder does not exist, the name is too long, the path is a folder, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or the folder is.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(string path, Action<Stream> write, CancellationToken cancellationToken = default)
    {
        using var target = new AtomicFile(path);
        target.Guarded(() =>
        {
            write(CancellableStream.Of(target.file, cancellationToken));
            return true;
        });
        cancellationToken.ThrowIfCancellationRequested();
        target.Commit();
    }

    /// <summary>Replaces the file at <paramref name="path"/> with <paramref name="bytes"/>.</summary>
    public static void Write(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    /// <summary>Throws if it is known in advance that writing the file would fail. Changes nothing.</summary>
    /// <param name="path">The file that will be written.</param>
    /// <param name="bytes">The approximate size of the file, for which the disk must have free space.</param>
    /// <exception cref="IOException">The folder does not exist, the name is too long, the path is a folder, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or the folder is.</exception>
    public static void RequireWritable(string path, long bytes = 0) => new AtomicFile(path, bytes).Dispose();

    /// <summary>
    /// An unused name in the folder of <paramref name="path"/>, so that a rename stays on one disk. The name of the file is shortened so that the
    /// result is not longer than file systems allow.
    /// </summary>
    internal static string TemporaryPath(string path)
    {
        var target = Path.GetFullPath(path);
        var name = Path.GetFileName(target);
        if (name.Length > NameLetters) name = name[..(char.IsHighSurrogate(name[NameLetters - 1]) ? NameLetters - 1 : NameLetters)];
        return Path.Combine(Path.GetDirectoryName(target)!, $".{name}.{FreshName()}.tmp");
    }

    /// <summary>A unique part for the name of a file. It is not a Guid, since creating one fails if there is no <c>/dev/urandom</c>.</summary>
    internal static string FreshName() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId:x}{TimeProvider.System.GetUtcNow().Ticks:x}{Interlocked.Increment(ref names):x}");

    /// <summary>Appends bytes to the new content.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            throw Named(error);
        }
    }

    /// <summary>Replaces the old file with the new content.</summary>
    /// <exception cref="IOException">The disk is full, or the path has become a folder.</exception>
    public void Commit() => Guarded(() =>
    {
        file.Flush(flushToDisk: temporary is not null);
        file.Dispose();
        if (temporary is not null) File.Move(temporary, target, overwrite: true);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            file.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }

        if (temporary is not null) DeleteQuietly(temporary);
    }

    /// <summary>The file that a path names after all symbolic links are followed.</summary>
    private static string TargetOf(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    /// <summary>The attributes of the file; null if there is none.</summary>
    private static FileAttributes? AttributesOf(string target, string path)
    {
        try
        {
            return File.GetAttributes(target);
        }
        catch (FileNotFoundException)
        {
            var folder = Path.GetDirectoryName(target);
            return Directory.Exists(folder) ? null : throw new DirectoryNotFoundException($"'{path}' cannot be written: the folder '{folder}' does not exist.");
        }
        catch (DirectoryNotFoundException error)
        {
            throw new DirectoryNotFoundException($"'{path}' cannot be written: the folder '{Path.GetDirectoryName(target)}' does not exist.", error);
        }
        catch (PathTooLongException error)
        {
            throw new PathTooLongException($"'{path}' cannot be written: its name, or its path, is longer than the file system allows.", error);
        }
    }

    private void KeepPermissions()
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file system has no permissions.
        }
    }

    /// <summary>Runs an operation whose errors then name the file and not the temporary one.</summary>
    private T Guarded<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            throw Named(error);
        }
    }

    private bool IsOfTheDisk(Exception error) => temporary is not null && error is IOException or UnauthorizedAccessException;

    private SystemException Named(Exception error) => error is IOException
        ? new IOException($"'{path}' cannot be written: {error.Message.Replace(temporary!, target, StringComparison.Ordinal)}", error)
        {
            HResult = error.HResult,
        }
        : new UnauthorizedAccessException($"'{path}' cannot be written: there is no permission to write in '{Path.GetDirectoryName(target)}'.", error);

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
