using PureHDF;
using PureHDF.VOL.Native;

namespace Fovea.Formats.Hdf5;

/// <summary>A group of an HDF5 file: its path without a leading slash, its children in the file's order, its text attributes.</summary>
internal sealed class Hdf5Group(Hdf5Reader reader, NativeGroup group, string path, IReadOnlyList<Hdf5Group> groups, IReadOnlyList<Hdf5Array> arrays)
{
    private const long MaximumAttributeBytes = 64 * 1024 * 1024;

    /// <summary>The path from the root, as in <c>layers/conv2d/vars</c>; empty for the root.</summary>
    public string Path => path;

    /// <summary>The last part of the path.</summary>
    public string Name => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The groups in this group.</summary>
    public IReadOnlyList<Hdf5Group> Groups => groups;

    /// <summary>The arrays in this group.</summary>
    public IReadOnlyList<Hdf5Array> Arrays => arrays;

    /// <summary>The group at a relative path, or null.</summary>
    public Hdf5Group? FindGroup(string relativePath)
    {
        var current = this;
        foreach (var part in relativePath.Split('/'))
        {
            current = current.Groups.FirstOrDefault(child => child.Name == part);
            if (current is null) return null;
        }

        return current;
    }

    /// <summary>The array at a relative path, or null.</summary>
    public Hdf5Array? FindArray(string relativePath)
    {
        var slash = relativePath.LastIndexOf('/');
        var owner = slash < 0 ? this : FindGroup(relativePath[..slash]);
        return owner?.Arrays.FirstOrDefault(array => array.Name == relativePath[(slash + 1)..]);
    }

    /// <summary>A text attribute, fixed or variable in length; null where there is none of that name or it is not text.</summary>
    public string? ReadText(string attribute) => ReadText(reader, group, path, attribute);

    /// <summary>
    /// A list of texts; null where there is no attribute of that name. An empty list is often stored as an empty list of
    /// floats, and that is accepted. Lists too long for one attribute (64 KiB) are stored as <c>name0</c>, <c>name1</c>, … and joined.
    /// </summary>
    public IReadOnlyList<string>? ReadTexts(string attribute) => reader.Read($"the attribute '{attribute}' of '{path}' cannot be read", () =>
    {
        if (group.AttributeExists(attribute)) return ReadTexts(group.Attribute(attribute));
        if (!group.AttributeExists($"{attribute}0")) return null;
        var all = new List<string>();
        for (var i = 0; group.AttributeExists($"{attribute}{i}"); i++) all.AddRange(ReadTexts(group.Attribute($"{attribute}{i}")));
        return all;
    });

    /// <summary>A text attribute of any object.</summary>
    internal static string? ReadText(Hdf5Reader reader, NativeObject owner, string path, string attribute) =>
        reader.Read($"the attribute '{attribute}' of '{path}' cannot be read", () =>
        {
            if (!owner.AttributeExists(attribute)) return null;
            var found = owner.Attribute(attribute);
            return IsText(found) && RequireSize(reader, found) == 1 ? found.Read<string>().TrimEnd('\0') : null;
        });

    private IReadOnlyList<string> ReadTexts(IH5Attribute attribute)
    {
        var count = RequireSize(reader, attribute);
        if (count == 0) return [];
        if (!IsText(attribute)) throw reader.Error($"the attribute '{attribute.Name}' of '{path}' holds {attribute.Type.Class}; expected texts.");
        return [.. attribute.Read<string[]>().Select(text => text.TrimEnd('\0'))];
    }

    private static bool IsText(IH5Attribute attribute) => attribute.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength;

    private static long RequireSize(Hdf5Reader reader, IH5Attribute attribute)
    {
        var count = 1.0;
        if (attribute.Space.Type == H5DataspaceType.Null) return 0;
        foreach (var dimension in attribute.Space.Dimensions) count *= dimension;
        if (count * attribute.Type.Size > MaximumAttributeBytes)
            throw reader.Error($"the attribute '{attribute.Name}' claims {count * attribute.Type.Size:0} bytes; at most {MaximumAttributeBytes} are read.");
        return (long)count;
    }
}
