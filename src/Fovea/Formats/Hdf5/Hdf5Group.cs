namespace Fovea.Formats.Hdf5;

/// <summary>A group of an HDF5 file: its path without a leading slash, its children in the file's order, its text attributes.</summary>
internal sealed class Hdf5Group(Hdf5Source source, Hdf5Header header, string path, IReadOnlyList<Hdf5Group> groups, IReadOnlyList<Hdf5Array> arrays)
{
    private readonly Lazy<Dictionary<string, Hdf5Group>> groupsByName = new(() => groups.DistinctBy(group => group.Name).ToDictionary(group => group.Name));
    private readonly Lazy<Dictionary<string, Hdf5Array>> arraysByName = new(() => arrays.DistinctBy(array => array.Name).ToDictionary(array => array.Name));

    /// <summary>The path from the root, as in <c>layers/conv2d/vars</c>; empty for the root.</summary>
    public string Path => path;

    /// <summary>The last part of the path.</summary>
    public string Name => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The groups in this group.</summary>
    public IReadOnlyList<Hdf5Group> Groups => groups;

    /// <summary>The arrays in this group.</summary>
    public IReadOnlyList<Hdf5Array> Arrays => arrays;

    /// <summary>The group at a relative path; null if there is none. As in HDF5, several slashes are one, and a dot is the group itself.</summary>
    public Hdf5Group? FindGroup(string relativePath) => Descend(Parts(relativePath));

    /// <summary>The array at a relative path; null if there is none.</summary>
    public Hdf5Array? FindArray(string relativePath) =>
        Parts(relativePath) is [.. var groups, var name] ? Descend(groups)?.arraysByName.Value.GetValueOrDefault(name) : null;

    /// <summary>A text attribute of fixed or variable length; null if there is none of that name, or it is not a single text.</summary>
    public string? ReadText(string attribute) => source.Guard($"the attribute '{attribute}' of '/{path}' cannot be read",
        () => Hdf5Attribute.Find(source, header, attribute) is { IsText: true, Count: 1 } found ? found.ReadTexts()[0] : null);

    /// <summary>
    /// An attribute with a list of texts; null if there is none of that name. An empty list is often stored as an empty list of floats, which is accepted.
    /// Lists too long for one attribute (64 KiB) are stored as <c>name0</c>, <c>name1</c>, … and joined.
    /// </summary>
    public IReadOnlyList<string>? ReadTexts(string attribute) =>
        source.Guard<IReadOnlyList<string>?>($"the attribute '{attribute}' of '/{path}' cannot be read", () =>
    {
        if (Hdf5Attribute.Find(source, header, attribute) is { } whole) return ReadTexts(whole);
        List<string>? all = null;
        for (var i = 0; Hdf5Attribute.Find(source, header, $"{attribute}{i}") is { } part; i++) (all ??= []).AddRange(ReadTexts(part));
        return all;
    });

    private static string[] Parts(string path) => [.. path.Split('/').Where(part => part is not ("" or "."))];

    private Hdf5Group? Descend(IEnumerable<string> names)
    {
        var current = this;
        foreach (var name in names)
        {
            if (!current.groupsByName.Value.TryGetValue(name, out current)) return null;
        }

        return current;
    }

    private string[] ReadTexts(Hdf5Attribute attribute)
    {
        if (attribute.Count == 0) return [];
        return attribute.IsText
            ? attribute.ReadTexts()
            : throw source.Error($"the attribute '{attribute.Name}' of '/{path}' holds {attribute.Class}; expected texts.");
    }
}
