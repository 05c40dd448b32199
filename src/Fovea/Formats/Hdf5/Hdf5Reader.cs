namespace Fovea.Formats.Hdf5;

/// <summary>
/// An HDF5 file opened for reading. It may have the structures of HDF5 1.6, the default of h5py and of Fovea, those of 1.8 and those of 1.10
/// (<c>libver="latest"</c> in h5py). The file may be untrusted (see <see cref="Hdf5Source"/>); every error is one sentence about it.
/// </summary>
/// <remarks>The HDF Group, HDF5 File Format Specification, version 3.0.</remarks>
internal sealed class Hdf5Reader : IDisposable
{
    /// <summary>The maximum depth of nested groups, for reading and writing.</summary>
    public const int MaxDepth = 128;

    private const int MaxObjects = 100_000;
    private static readonly byte[] Signature = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly Hdf5Source source;
    private int objects;

    private Hdf5Reader(Hdf5Source source)
    {
        this.source = source;
        RequireSignature();
        var root = source.Guard("its beginning is damaged", ReadRootAddress);
        Root = source.Guard("its groups cannot be listed", () => ReadGroup(new Hdf5Header(source, root), "", 0))
            ?? throw source.Error("its root is not a group.");
    }

    /// <summary>The root group, with everything below it.</summary>
    public Hdf5Group Root { get; }

    /// <summary>Whether a file begins with the signature of HDF5.</summary>
    public static bool IsSignature(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    /// <summary>Opens a file on disk. Its arrays stay on disk until they are read.</summary>
    /// <exception cref="ModelFormatException">The file is not an HDF5 file, is damaged, or has a form that is not supported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Hdf5Reader Open(string path) =>
        Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), path);

    /// <summary>Opens a stream, which the reader then owns; <paramref name="file"/> is the name for messages.</summary>
    public static Hdf5Reader Open(Stream stream, string file)
    {
        try
        {
            return new Hdf5Reader(new Hdf5Source(stream, file));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private void RequireSignature()
    {
        var found = source.Guard("it cannot be read", () => source.Bytes(0, Math.Min(source.Length, Signature.Length)));
        if (!found.AsSpan().SequenceEqual(Signature))
            throw source.Error($"expected an HDF5 file, which begins with the bytes {Describe(Signature)}; received {Describe(found)}.");
    }

    private long ReadRootAddress()
    {
        var cursor = new Hdf5Cursor(source.Structure(0, Math.Min(source.Length, 96)));
        cursor.Skip(Signature.Length);
        var version = cursor.Version("the superblock", 0, 3);
        if (version < 2) cursor.Skip(4);
        if (cursor.Byte() != 8 || cursor.Byte() != 8) throw new InvalidDataException("addresses that are not of 8 bytes are not supported");
        cursor.Skip(version switch { 0 => 9, 1 => 13, _ => 1 });
        if (cursor.Int64() != 0) throw new InvalidDataException("a file with a base address other than 0 is not supported");
        cursor.Skip(version < 2 ? 32 : 16);
        return cursor.Int64();
    }

    private Hdf5Group? ReadGroup(Hdf5Header header, string path, int depth)
    {
        if (Hdf5Links.Read(source, header) is not { } links) return null;
        if (depth > MaxDepth) throw source.Error($"its groups are nested more than {MaxDepth} deep.");
        var groups = new List<Hdf5Group>();
        var arrays = new List<Hdf5Array>();
        foreach (var (name, address) in links)
        {
            if (++objects > MaxObjects) throw source.Error($"it has more than {MaxObjects} groups and arrays.");
            var childPath = path.Length == 0 ? name : $"{path}/{name}";
            var child = new Hdf5Header(source, address);
            if (ReadGroup(child, childPath, depth + 1) is { } group)
                groups.Add(group);
            else if (child.Find(Hdf5MessageType.Layout) is not null)
                arrays.Add(new Hdf5Array(source, child, name, childPath));
        }

        return new Hdf5Group(source, header, path, groups, arrays);
    }

    private static string Describe(byte[] bytes) => bytes.Length == 0 ? "an empty file" : BitConverter.ToString(bytes).Replace('-', ' ');
}
