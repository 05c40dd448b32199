using System.IO.Compression;

namespace Fovea.Formats.Keras;

/// <summary>Reads members of an untrusted zip archive.</summary>
internal static class ZipMember
{
    private const int MaxMembers = 10_000;

    // Keras does not compress members. Compression reduces weights by little, and JSON by a factor of about 20.
    private const int MaxRatio = 200;
    private const long RatioFloor = 16 * 1024 * 1024;
    private const int BlockSize = 1 << 20;

    /// <summary>The members by name, with forward slashes and without folders.</summary>
    /// <exception cref="ModelFormatException">A name leaves the archive or occurs twice, or there are too many members.</exception>
    public static Dictionary<string, ZipArchiveEntry> Index(string file, ZipArchive zip)
    {
        if (zip.Entries.Count > MaxMembers)
            throw ModelFormatException.About(file, $"it has {zip.Entries.Count} members; expected at most {MaxMembers}.");
        var members = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            var name = entry.FullName.Replace('\\', '/');
            if (name.StartsWith('/') || name.Contains(':') || name.Contains('\0') || name.Split('/').Contains(".."))
                throw ModelFormatException.About(file, $"its member '{Printable(name)}' has a path that leaves the archive.");
            if (name.EndsWith('/')) continue;
            if (!members.TryAdd(name, entry)) throw ModelFormatException.About(file, $"its member '{Printable(name)}' occurs twice.");
        }

        return members;
    }

    /// <summary>Reads a whole member, and checks its size and checksum.</summary>
    /// <exception cref="ModelFormatException">It is larger than allowed, or does not match the table of contents.</exception>
    public static byte[] Read(string file, ZipArchiveEntry entry, long limit)
    {
        RequireSane(file, entry, limit);
        return Guard(file, $"its member '{Printable(entry.FullName)}' is damaged", () =>
        {
            using var stream = entry.Open();
            var bytes = ReadExactly(file, entry, stream);
            var checksum = Crc32.Compute(bytes);
            if (checksum != entry.Crc32)
                throw ModelFormatException.About(
                    file, $"its member '{Printable(entry.FullName)}' is damaged: expected the checksum {entry.Crc32:X8}, received {checksum:X8}.");
            return bytes;
        });
    }

    /// <summary>
    /// Opens an uncompressed member as a part of the archive, so that its content is not held in memory. Its checksum is verified first. Null if
    /// the member is compressed, encrypted or empty, or if the checksum differs.
    /// </summary>
    public static Stream? OpenStored(Stream archive, ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted || entry.CompressedLength != entry.Length || entry.Length == 0) return null;
        long start;
        using (var stream = entry.Open())
        {
            if (stream.ReadByte() < 0) return null;
            start = archive.Position - 1;
        }

        // The checksum confirms that the member begins here.
        var part = new StreamPart(archive, start, entry.Length);
        var (block, checksum) = (new byte[BlockSize], 0u);
        for (int count; (count = part.Read(block)) > 0;) checksum = Crc32.Append(checksum, block.AsSpan(0, count));
        if (part.Position != entry.Length || checksum != entry.Crc32) return null;
        part.Position = 0;
        return part;
    }

    /// <summary>Runs an operation of the zip reader, and turns its exceptions into a sentence about the file.</summary>
    public static T Guard<T>(string file, string failure, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (error is ModelFormatException or OperationCanceledException)
        {
            throw;
        }
        catch (Exception error)
        {
            throw ModelFormatException.About(file, $"{failure}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>The first few names, for messages.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        names.Count == 0
            ? "an empty archive"
            : $"'{string.Join("', '", names.Take(5).Select(Printable))}'{(names.Count > 5 ? $" and {names.Count - 5} more" : "")}";

    private static void RequireSane(string file, ZipArchiveEntry entry, long limit)
    {
        var name = Printable(entry.FullName);
        if (entry.IsEncrypted) throw ModelFormatException.About(file, $"its member '{name}' is encrypted.");
        if (entry.Length > limit)
            throw ModelFormatException.About(file, $"its member '{name}' has {entry.Length} bytes; at most {limit} are read.");
        if (entry.Length > RatioFloor && entry.Length / MaxRatio > entry.CompressedLength)
            throw ModelFormatException.About(
                file, $"its member '{name}' would unpack {entry.CompressedLength} bytes to {entry.Length}; more than {MaxRatio} to 1 is refused.");
    }

    /// <summary>Reads block by block, so that a false size in the table of contents allocates no more memory than the data needs.</summary>
    private static byte[] ReadExactly(string file, ZipArchiveEntry entry, Stream stream)
    {
        var bytes = new byte[Math.Min(entry.Length, BlockSize)];
        var count = 0;
        while (true)
        {
            if (count == bytes.Length)
            {
                if (count == entry.Length) break;
                Array.Resize(ref bytes, (int)Math.Min(entry.Length, Math.Max(2L * count, BlockSize)));
            }

            var read = stream.Read(bytes, count, bytes.Length - count);
            if (read == 0)
                throw ModelFormatException.About(
                    file, $"its member '{Printable(entry.FullName)}' ends early: expected {entry.Length} bytes, received {count}.");
            count += read;
        }

        if (stream.ReadByte() >= 0)
            throw ModelFormatException.About(file, $"its member '{Printable(entry.FullName)}' has more than the {entry.Length} bytes that it declares.");
        return bytes;
    }

    private static string Printable(string name)
    {
        var clean = string.Concat(name.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return clean.Length > 80 ? clean[..80] + "…" : clean;
    }
}
