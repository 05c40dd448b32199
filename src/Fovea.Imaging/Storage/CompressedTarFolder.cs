using System.Formats.Tar;
using System.IO.Compression;

namespace Fovea.Imaging;

/// <summary>
/// A tar file that is compressed as a whole. It can only be read from beginning to end, so that it is read once, and its images and lists are kept in memory
/// as they are in their files.
/// </summary>
internal sealed class CompressedTarFolder : Archive
{
    private readonly List<byte[]> files = [];

    /// <exception cref="InvalidDataException">The file is cut off or damaged, or takes too much memory.</exception>
    public CompressedTarFolder(string path)
        : this(path, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4)
    {
    }

    /// <param name="path">The file.</param>
    /// <param name="limit">The maximum number of bytes that are kept.</param>
    internal CompressedTarFolder(string path, long limit)
        : base(path)
    {
        var kept = 0L;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        using var stream = new GZipStream(file, CompressionMode.Decompress);
        TarEntries.Read(stream, path, Index, entry =>
        {
            if (ImageExtensions.IsImage(entry.Name) || ManifestTable.IsList(entry.Name)) kept += entry.Length;
            if (kept > limit) throw TooLarge(path, limit);
            files.Add(Content(entry));
            return files.Count - 1;
        });
    }

    protected override long Length(int number) => files[number].Length;

    protected override byte[] Read(int number, string name) => files[number];

    private static byte[] Content(TarEntry entry)
    {
        if (entry.DataStream is not { } stream || !(ImageExtensions.IsImage(entry.Name) || ManifestTable.IsList(entry.Name))) return [];
        var content = new byte[entry.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static NotSupportedException TooLarge(string path, long limit)
    {
        var (tar, name) = (Path.GetFileNameWithoutExtension(path), Path.GetFileName(path));
        if (!tar.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)) tar += ".tar";
        return new NotSupportedException(
            $"'{path}' holds images of more than {limit / (1 << 20)} MiB, a quarter of the memory, and a compressed tar file can only be read from beginning "
                + $"to end. Decompress it: 'gunzip -c {name} > {tar}' makes a .tar file, which is read in place.");
    }
}
