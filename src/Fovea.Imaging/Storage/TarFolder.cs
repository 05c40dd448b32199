namespace Fovea.Imaging;

/// <summary>A tar file, read in place: a table of the positions of its files is made once.</summary>
internal sealed class TarFolder : Archive
{
    private readonly string path;
    private readonly List<(long Start, long Length)> files = [];

    /// <exception cref="InvalidDataException">The file is cut off or damaged.</exception>
    public TarFolder(string path)
        : base(path)
    {
        this.path = path;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        TarEntries.Read(stream, path, Index, entry =>
        {
            if (entry.DataOffset + entry.Length > stream.Length) throw new EndOfStreamException();
            files.Add((entry.DataOffset, entry.Length));
            return files.Count - 1;
        });
    }

    /// <summary>Whether 512 bytes are the header of an entry: their sum is the one that they state.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> block)
    {
        const int start = 148, length = 8;
        var sum = (int)' ' * length;
        for (var i = 0; i < block.Length; i++) sum += i is >= start and < start + length ? 0 : block[i];
        var stated = 0;
        foreach (var digit in block.Slice(start, length).Trim((ReadOnlySpan<byte>)[(byte)' ', 0]))
        {
            if (digit is < (byte)'0' or > (byte)'7') return false;
            stated = (8 * stated) + digit - '0';
        }

        return stated == sum;
    }

    protected override long Length(int number) => files[number].Length;

    protected override byte[] Read(int number, string name)
    {
        var (start, length) = files[number];
        var content = new byte[length];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        for (var done = 0; done < content.Length;)
        {
            var read = RandomAccess.Read(file, content.AsSpan(done), start + done);
            if (read == 0) throw new InvalidDataException($"{name} cannot be read: '{path}' has become shorter.");
            done += read;
        }

        return content;
    }
}
