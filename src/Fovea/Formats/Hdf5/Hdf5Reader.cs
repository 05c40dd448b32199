using PureHDF;
using PureHDF.VOL.Native;

namespace Fovea.Formats.Hdf5;

/// <summary>
/// An HDF5 file read through PureHDF, with every failure turned into one sentence about the file: damage, cycles, sizes that
/// the file cannot hold, and storage outside the file.
/// </summary>
internal sealed class Hdf5Reader : IDisposable
{
    private const int MaximumDepth = 32;
    private const int MaximumObjects = 100_000;

    private readonly string file;
    private readonly BoundedStream stream;
    private readonly NativeFile native;
    private readonly Lock sync = new();

    private Hdf5Reader(string file, BoundedStream stream, NativeFile native)
    {
        this.file = file;
        this.stream = stream;
        this.native = native;
    }

    /// <summary>The root group, with everything below it.</summary>
    public Hdf5Group Root { get; private set; } = null!;

    /// <summary>Opens a file on disk. Its arrays stay on disk until they are read.</summary>
    /// <exception cref="ModelFormatException">The file is no HDF5 file, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Hdf5Reader Open(string path) =>
        Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), path);

    /// <summary>Opens a stream, which the reader then owns; <paramref name="file"/> is the name for messages.</summary>
    public static Hdf5Reader Open(Stream source, string file)
    {
        var stream = new BoundedStream(source);
        try
        {
            RequireSignature(stream, file);
            stream.Begin();
            var native = Guard(file, "it is not a readable HDF5 file", () => H5File.Open(stream, leaveOpen: true));
            var reader = new Hdf5Reader(file, stream, native);
            var objects = 0;
            reader.Root = reader.Read("the groups cannot be listed", () => reader.Walk(native, "", 0, ref objects));
            return reader;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Runs one operation on the file alone, within its allowance and with its failures translated.</summary>
    public T Read<T>(string failure, Func<T> operation)
    {
        lock (sync)
        {
            stream.Begin();
            return Guard(file, failure, operation);
        }
    }

    /// <summary>A sentence about this file.</summary>
    public ModelFormatException Error(string sentence) => ModelFormatException.About(file, sentence);

    /// <inheritdoc/>
    public void Dispose()
    {
        native.Dispose();
        stream.Dispose();
    }

    /// <summary>Reads exactly the bytes of one dataset whose size was checked.</summary>
    public byte[] ReadBytes(NativeDataset dataset, string path, long length)
    {
        RequireStorable(dataset, path, length);
        return Read($"the array '{path}' cannot be read", () =>
        {
            var bytes = new byte[length];
            dataset.Read(bytes.AsSpan());
            if (dataset.Layout.Class == H5DataLayoutClass.Contiguous && stream.BytesRead < length)
                throw Error($"the array '{path}' keeps its numbers outside the file, and other files are not opened.");
            return bytes;
        });
    }

    private void RequireStorable(NativeDataset dataset, string path, long length)
    {
        // A compressed array can be larger than its file, by at most DEFLATE's 1032 to 1.
        var chunked = dataset.Layout.Class == H5DataLayoutClass.Chunked;
        var limit = Math.Min(Array.MaxLength, chunked ? Math.Max(stream.Length, 1 << 16) * 1032.0 : stream.Length);
        if (length > limit)
            throw Error($"the array '{path}' claims {length} bytes; a file of {stream.Length} bytes can hold at most {(long)limit}.");
    }

    private static void RequireSignature(BoundedStream stream, string file)
    {
        stream.Begin();
        Span<byte> signature = stackalloc byte[8];
        var count = stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
        if (count < signature.Length || !IsSignature(signature))
            throw ModelFormatException.About(file, $"expected an HDF5 file, which begins with the bytes 89 48 44 46 0D 0A 1A 0A; received {Describe(signature[..count])}.");
        stream.Seek(0, SeekOrigin.Begin);
    }

    private static bool IsSignature(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]);

    private static string Describe(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "an empty file" : BitConverter.ToString(bytes.ToArray()).Replace('-', ' ');

    private Hdf5Group Walk(NativeGroup group, string path, int depth, ref int objects)
    {
        if (depth > MaximumDepth) throw Error($"the group '{path}' lies more than {MaximumDepth} groups deep.");
        var groups = new List<Hdf5Group>();
        var arrays = new List<Hdf5Array>();
        foreach (var child in group.Children())
        {
            if (++objects > MaximumObjects) throw Error($"it has more than {MaximumObjects} groups and arrays.");
            var childPath = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
            if (child is NativeGroup childGroup)
                groups.Add(Walk(childGroup, childPath, depth + 1, ref objects));
            else if (child is NativeDataset dataset)
                arrays.Add(new Hdf5Array(this, dataset, child.Name, childPath));
        }

        return new Hdf5Group(this, group, path, groups, arrays);
    }

    private static T Guard<T>(string file, string failure, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (ModelFormatException)
        {
            throw;
        }
        catch (Exception error)
        {
            // PureHDF throws whatever its parsing runs into: all of it means that the file is not sound.
            throw ModelFormatException.About(file, $"{failure}: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
