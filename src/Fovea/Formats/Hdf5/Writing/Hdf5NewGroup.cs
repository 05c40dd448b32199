using System.Text;

namespace Fovea.Formats.Hdf5.Writing;

/// <summary>A group to write: groups and arrays by name, and attributes.</summary>
internal sealed class Hdf5NewGroup
{
    /// <summary>The maximum size of an attribute in Keras (<c>HDF5_OBJECT_HEADER_LIMIT</c>), since a message of a header has at most 64 KiB.</summary>
    private const int AttributeLimit = 64512;

    private readonly SortedDictionary<string, object> members = new(Comparer<string>.Create(CompareBytes));
    private readonly List<(string Name, object Value)> attributes = [];

    /// <summary>Groups and arrays in the order of HDF5, by the bytes of their names.</summary>
    public IReadOnlyDictionary<string, object> Members => members;

    /// <summary>Attributes: a text, or a list of texts that fits one attribute.</summary>
    public IReadOnlyList<(string Name, object Value)> Attributes => attributes;

    /// <summary>The group at a path of names separated by slashes. It is created if there is none.</summary>
    /// <exception cref="NotSupportedException">A name of the path is that of an array, or is not valid in HDF5.</exception>
    public Hdf5NewGroup Group(string path)
    {
        var (current, names) = (this, path.Split('/'));
        if (names.Length > Hdf5Reader.MaxDepth / 2)
            throw new NotSupportedException($"'{path[..40]}…' has {names.Length} parts; a path of an HDF5 file has at most {Hdf5Reader.MaxDepth / 2}.");
        foreach (var name in names)
        {
            RequireName(name, path);
            if (!current.members.TryGetValue(name, out var member)) current.members[name] = member = new Hdf5NewGroup();
            current = member as Hdf5NewGroup
                ?? throw new NotSupportedException($"HDF5 cannot hold '{path}': '{name}' is the name of an array in the same group.");
        }

        return current;
    }

    /// <summary>Adds an array at a path of names separated by slashes.</summary>
    /// <exception cref="NotSupportedException">The name is used already, or is not valid in HDF5.</exception>
    public void Add(string path, StoredArray array)
    {
        var slash = path.LastIndexOf('/');
        var (owner, name) = (slash < 0 ? this : Group(path[..slash]), path[(slash + 1)..]);
        RequireName(name, path);
        if (!owner.members.TryAdd(name, array)) throw new NotSupportedException($"HDF5 cannot hold '{path}' twice.");
    }

    /// <summary>Adds an attribute with one text of any length.</summary>
    public void SetText(string name, string text) => attributes.Add((name, text));

    /// <summary>
    /// Adds an attribute with a list of texts. A list too long for one attribute becomes <c>name0</c>, <c>name1</c>, …, as in Keras
    /// (<c>save_attributes_to_hdf5_group</c>).
    /// </summary>
    /// <exception cref="NotSupportedException">A text is too long for an attribute.</exception>
    public void SetTexts(string name, IReadOnlyList<string> texts)
    {
        var size = Math.Max(1, texts.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max());
        if (size > AttributeLimit)
            throw new NotSupportedException(
                $"'{texts.First(text => Encoding.UTF8.GetByteCount(text) == size)[..40]}…' has {size} bytes; '{name}' of an HDF5 file lists names of at "
                + $"most {AttributeLimit}.");
        var limit = AttributeLimit / size;
        if (texts.Count <= limit)
        {
            attributes.Add((name, texts));
            return;
        }

        foreach (var (i, part) in texts.Chunk(limit).Index()) attributes.Add(($"{name}{i}", part));
    }

    /// <summary>Requires a valid name: in HDF5, a name ends at a zero byte, and a dot is the group itself.</summary>
    private static void RequireName(string name, string path)
    {
        if (name is "" or "." || name.Contains('\0', StringComparison.Ordinal))
            throw new NotSupportedException(
                $"'{path}' cannot be a path of an HDF5 file: its parts are names of at least one letter, without a zero byte, and other than '.'.");
    }

    private static int CompareBytes(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}
