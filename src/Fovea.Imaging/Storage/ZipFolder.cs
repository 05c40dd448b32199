using System.IO.Compression;

namespace Fovea.Imaging;

/// <summary>
/// A zip file, read in place. <see cref="ZipArchive"/> is for one thread, so that up to four are open at once: a thread takes a free one to read a file, and
/// decodes the image when it has given it back. The checksums of the files are checked.
/// </summary>
internal sealed class ZipFolder : Archive
{
    private const int MaxOpen = 4;
    private const int LinkType = 0xA000;
    private const int TypeMask = 0xF000;

    private readonly string path;
    private readonly object gate = new();
    private readonly Stack<ZipArchive> free = [];
    private readonly long[] lengths;
    private int open;

    /// <exception cref="InvalidDataException">The table of contents is missing or damaged.</exception>
    public ZipFolder(string path)
        : base(path)
    {
        this.path = path;
        try
        {
            var archive = Take();
            lengths = new long[archive.Entries.Count];
            for (var i = 0; i < lengths.Length; i++) lengths[i] = Add(archive.Entries[i], i);
            Return(archive);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"'{path}' is cut off or damaged: {error.Message} Make or download the archive again.", error);
        }
    }

    protected override long Length(int number) => lengths[number];

    protected override byte[] Read(int number, string name)
    {
        var archive = Take();
        try
        {
            return Read(archive.Entries[number], name);
        }
        finally
        {
            Return(archive);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry, string name)
    {
        if (entry.IsEncrypted) throw new InvalidDataException($"{name} is encrypted; unpack the archive with its password.");
        var content = new byte[entry.Length];
        try
        {
            using var stream = entry.Open();
            var read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (read < content.Length || stream.ReadByte() >= 0 || Checksum.Of(content) != entry.Crc32)
                throw new InvalidDataException($"{name} is damaged: its content is not the one that the archive was made of.");
            return content;
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name} cannot be unpacked: {error.Message}", error);
        }
    }

    /// <summary>
    /// Takes a free archive, opens the file again, or waits. The handles are closed when nothing refers to this object any more.
    /// </summary>
    private ZipArchive Take()
    {
        lock (gate)
        {
            while (open == MaxOpen && free.Count == 0) Monitor.Wait(gate);
            if (free.TryPop(out var archive)) return archive;
            archive = new ZipArchive(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
            open++;
            return archive;
        }
    }

    private void Return(ZipArchive archive)
    {
        lock (gate)
        {
            free.Push(archive);
            Monitor.Pulse(gate);
        }
    }

    private long Add(ZipArchiveEntry entry, int number)
    {
        // Old programs on Windows separate folders by backslashes.
        var name = entry.FullName.Contains('/') ? entry.FullName : entry.FullName.Replace('\\', '/');
        if (name.EndsWith('/')) Index.AddFolder(name);
        else if (((entry.ExternalAttributes >> 16) & TypeMask) == LinkType) Index.LeaveOut(name, "is a link; links in archives are not followed");
        else Index.AddFile(name, number);
        return entry.Length;
    }
}
