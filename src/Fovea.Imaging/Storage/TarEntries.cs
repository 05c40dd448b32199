using System.Formats.Tar;

namespace Fovea.Imaging;

/// <summary>Reads the entries of tar files into an index.</summary>
internal static class TarEntries
{
    /// <summary>Reads all entries.</summary>
    /// <param name="stream">The tar file.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="index">Receives the entries.</param>
    /// <param name="keep">Keeps a file and returns its number.</param>
    /// <exception cref="InvalidDataException">The file is cut off or damaged.</exception>
    public static void Read(Stream stream, string path, ArchiveIndex index, Func<TarEntry, int> keep)
    {
        var (numbers, count) = (new Dictionary<string, int>(StringComparer.Ordinal), 0);
        try
        {
            using var reader = new TarReader(stream, leaveOpen: true);
            for (; reader.GetNextEntry() is { } entry; count++) Add(entry);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException or FormatException)
        {
            var reason = error is EndOfStreamException ? "is cut off" : "is damaged";
            throw new InvalidDataException($"'{path}' {reason} after {count} {(count == 1 ? "entry" : "entries")}. Make or download the archive again.", error);
        }

        void Add(TarEntry entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    index.AddFolder(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    index.AddFile(entry.Name, numbers[entry.Name] = keep(entry));
                    break;
                case TarEntryType.HardLink when numbers.TryGetValue(entry.LinkName, out var number):
                    index.AddFile(entry.Name, numbers[entry.Name] = number);
                    break;
                case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                    index.LeaveOut(entry.Name, "is a link; links in archives are not followed");
                    break;
                default:
                    index.LeaveOut(entry.Name, "is no regular file");
                    break;
            }
        }
    }
}
