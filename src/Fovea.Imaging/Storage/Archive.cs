using System.Collections.Concurrent;

namespace Fovea.Imaging;

/// <summary>
/// An archive whose files are read in place. Its table of contents is read once; the files are read when they are needed, by several threads at once, and
/// nothing is unpacked to the disk.
/// </summary>
internal abstract class Archive
{
    /// <summary>
    /// The maximum size of a file in an archive, unpacked. The largest image of a format that Fovea reads has 400 MB: 100 million pixels of 4 bytes without
    /// compression.
    /// </summary>
    private const long MaxFileSize = 512L << 20;

    /// <summary>The archives that are in use. An archive that no data set holds is freed.</summary>
    private static readonly ConcurrentDictionary<string, (FileStamp Stamp, WeakReference<Archive> Archive)> Opened = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();

    private readonly string path;

    /// <param name="path">The path of the archive.</param>
    protected Archive(string path) => (this.path, Index) = (path, new ArchiveIndex(path));

    /// <summary>The folders and files.</summary>
    public ArchiveIndex Index { get; }

    /// <summary>Opens an archive, or returns it if it is open and has not changed.</summary>
    /// <exception cref="InvalidDataException">The file is no archive, or is damaged; the message names it.</exception>
    public static Archive Open(string path)
    {
        var full = Path.GetFullPath(path);
        var stamp = FileStamp.Of(full);
        if (Find() is { } open) return open;
        lock (Gate)
        {
            if (Find() is { } other) return other;
            var archive = OpenNew(path);
            Opened[full] = (stamp, new WeakReference<Archive>(archive));
            return archive;
        }

        Archive? Find() => Opened.TryGetValue(full, out var found) && found.Stamp == stamp && found.Archive.TryGetTarget(out var target) ? target : null;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="inside">Its path inside the archive.</param>
    /// <exception cref="InvalidDataException">The file is damaged, encrypted or too large; the message names it.</exception>
    public byte[] Read(string inside)
    {
        var name = $"'{Path.Combine([path, .. inside.Split('/')])}'";
        if (Index.IsFolder(inside)) throw new InvalidDataException($"{name} is a folder; expected an image file such as PNG or JPEG.");
        var number = Index.Find(inside) ?? throw new FileNotFoundException($"{name} does not exist; expected an image file such as PNG or JPEG.");
        var length = Length(number);
        if (length > MaxFileSize)
            throw new InvalidDataException($"{name} expands to {length / (1 << 20)} MiB; expected an image file of at most {MaxFileSize / (1 << 20)} MiB.");
        using var share = DecodingBudget.Shared.Take(length);
        return Read(number, name);
    }

    /// <summary>The unpacked size of a file, as the archive states it.</summary>
    protected abstract long Length(int number);

    /// <summary>Reads a file. Several threads may read at once.</summary>
    /// <param name="number">The number of the file.</param>
    /// <param name="name">Its name for errors, in quotes.</param>
    protected abstract byte[] Read(int number, string name);

    private static Archive OpenNew(string path)
    {
        var beginning = new byte[512];
        using (var file = File.OpenRead(path)) beginning = beginning[..file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
        if (beginning.AsSpan().StartsWith("PK\u0003\u0004"u8) || beginning.AsSpan().StartsWith("PK\u0005\u0006"u8)) return new ZipFolder(path);
        if (beginning is [0x1F, 0x8B, ..]) return new CompressedTarFolder(path);
        if (beginning.Length == 512 && TarFolder.IsHeader(beginning)) return new TarFolder(path);
        throw new InvalidDataException($"'{path}' {ForeignFile.DescribeArchive(beginning)}");
    }

    /// <summary>The size and time by which a changed file is noticed.</summary>
    private readonly record struct FileStamp(long Length, DateTime Written)
    {
        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            return new(file.Length, file.LastWriteTimeUtc);
        }
    }
}
