using System.IO.Compression;

namespace Fovea;

/// <summary>Reads and writes .npz files: zip archives of named arrays, as <c>np.savez</c> writes them.</summary>
/// <example><code>
/// NumpyArchive.Save("data.npz", ("x", images), ("y", labels));
/// var arrays = NumpyArchive.Load("data.npz");
/// Tensor images = arrays["x"];
/// </code></example>
public static class NumpyArchive
{
    private const string Extension = ".npy";

    /// <summary>The largest number of names that an error lists.</summary>
    private const int MaxListed = 5;

    // Deflate packs at most 258 bytes into two bits (RFC 1951), which is 1032 to 1.
    private const long MaxRatio = 1032;

    private static readonly DateTimeOffset MemberTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);  // so that equal arrays make equal files

    /// <summary>Reads arrays of an .npz file. <see cref="Tensor.Load(string)"/> describes the types.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The arrays to read; null for all. An archive with texts or objects needs it, since these cannot become tensors.</param>
    /// <returns>The tensors by name. A name that is missing is an error that lists the others.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not an .npz file, is damaged, lacks an array, or holds one that cannot become a tensor.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path, IEnumerable<string>? names = null)
    {
        using var file = File.OpenRead(path.NotEmpty("NumpyArchive.Load", nameof(path), "the path of an .npz file"));
        return Read(file, Path.GetFileName(path), names);
    }

    /// <summary>Reads arrays of an .npz file from a stream, which stays open.</summary>
    /// <inheritdoc cref="Load(string, IEnumerable{string})"/>
    public static IReadOnlyDictionary<string, Tensor> Load(Stream stream, IEnumerable<string>? names = null)
    {
        if (stream.NotNull("NumpyArchive.Load", nameof(stream)).CanSeek) return Read(stream, "The stream", names);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Read(copy, "The stream", names);
    }

    /// <summary>Writes an .npz file, which <c>np.load</c> reads. A file of that name is replaced only when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">The names and the tensors: <c>("x", images), ("y", labels)</c>.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, params (string Name, Tensor Tensor)[] arrays) =>
        Save(path, arrays.NotNull("NumpyArchive.Save", nameof(arrays)).Select(array => KeyValuePair.Create(array.Name, array.Tensor)));

    /// <summary>Writes an .npz file, which <c>np.load</c> reads. A file of that name is replaced only when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">The tensors by name, such as a dictionary.</param>
    /// <param name="compress">Whether the file is compressed, as by <c>np.savez_compressed</c>.</param>
    /// <inheritdoc cref="Save(string, ValueTuple{string, Tensor}[])" path="/exception"/>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> arrays, bool compress = false)
    {
        path.NotEmpty("NumpyArchive.Save", nameof(path), "the path of an .npz file");
        var checkedArrays = Checked(arrays);
        AtomicFile.Write(path, stream => Write(stream, checkedArrays, compress));
    }

    /// <summary>Writes an .npz file to a stream, which stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="arrays">The tensors by name, such as a dictionary.</param>
    /// <param name="compress">Whether the file is compressed, as by <c>np.savez_compressed</c>.</param>
    /// <exception cref="ArgumentException">A name is empty or occurs twice.</exception>
    public static void Save(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> arrays, bool compress = false) =>
        Write(stream.NotNull("NumpyArchive.Save", nameof(stream)), Checked(arrays), compress);

    private static List<KeyValuePair<string, Tensor>> Checked(IEnumerable<KeyValuePair<string, Tensor>> arrays)
    {
        var (list, names) = (arrays.NotNull("NumpyArchive.Save", nameof(arrays)).ToList(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (name, tensor) in list)
        {
            name.NotEmpty("NumpyArchive.Save", nameof(arrays), "a name for each array");
            tensor.NotNull("NumpyArchive.Save", nameof(arrays));
            if (!names.Add(name)) throw new ArgumentException($"NumpyArchive.Save: expected different names; received '{name}' twice.", nameof(arrays));
        }

        return list;
    }

    private static void Write(Stream stream, List<KeyValuePair<string, Tensor>> arrays, bool compress)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, tensor) in arrays)
        {
            var entry = zip.CreateEntry(name + Extension, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = MemberTime;
            using var member = entry.Open();
            tensor.Save(member);
        }
    }

    private static NamedValues<Tensor> Read(Stream stream, string file, IEnumerable<string>? names)
    {
        using var zip = Guard(() => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true), file, "expected an .npz file, which is a zip archive");
        var members = Guard(() => Members(zip, file), file, "the table of contents is damaged");
        var arrays = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var capacity = stream.Length * MaxRatio;
        foreach (var name in names?.Distinct() ?? members.Keys)
        {
            if (!members.TryGetValue(name, out var entry))
                throw new InvalidDataException($"{file}: expected an array '{name}'; received {Listed(members.Keys)}.");
            try
            {
                var tensor = Guard(() => ReadMember(entry, $"{file}: {name}", capacity), $"{file}: {name}", "the array is damaged");
                capacity -= tensor.Values.Length;
                arrays.Add(name, tensor);
            }
            catch (InvalidDataException error) when (names is null && members.Count > 1)
            {
                var others = string.Join(", ", members.Keys.Where(other => other != name).Take(MaxListed).Select(other => $"\"{Printable(other)}\""));
                throw new InvalidDataException(
                    $"{error.Message} Other arrays can be read without it: names: [{others}{(members.Count > MaxListed + 1 ? ", …" : "")}].", error);
            }
        }

        return new NamedValues<Tensor>(arrays, file, "an array");
    }

    private static Dictionary<string, ZipArchiveEntry> Members(ZipArchive zip, string file)
    {
        var members = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            var name = entry.FullName;
            if (!name.EndsWith(Extension, StringComparison.Ordinal))
                throw new InvalidDataException($"{file}: expected arrays, whose names end in {Extension}; received '{Printable(name)}'.");
            if (!members.TryAdd(name[..^Extension.Length], entry)) throw new InvalidDataException($"{file}: the array '{Printable(name)}' occurs twice.");
        }

        return members;
    }

    private static Tensor ReadMember(ZipArchiveEntry entry, string name, long capacity)
    {
        using (var content = entry.Open())
        {
            var checksum = ChecksumStream.Of(content, entry.Length);
            if (checksum != entry.Crc32)
                throw new InvalidDataException($"{name}: the array is damaged: expected the checksum {entry.Crc32:X8}, received {checksum:X8}.");
        }

        using var member = entry.Open();
        var tensor = NumpyArray.Read(member, name, capacity);
        if (member.ReadByte() >= 0) throw new InvalidDataException($"{name}: the member continues after the array.");
        return tensor;
    }

    /// <summary>Turns the exceptions of the zip reader into a sentence about the file.</summary>
    private static T Guard<T>(Func<T> operation, string file, string failure)
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (!error.Message.StartsWith(file, StringComparison.Ordinal) && error is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{file}: {failure}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static string Listed(Dictionary<string, ZipArchiveEntry>.KeyCollection names) => names.Count == 0
        ? "an archive without arrays"
        : $"'{string.Join("', '", names.Take(MaxListed).Select(Printable))}'{(names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "")}";

    private static string Printable(string name)
    {
        var clean = string.Concat(name.Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '?' : character));
        return clean.Length > 80 ? $"{clean[..80]}…" : clean;
    }
}
