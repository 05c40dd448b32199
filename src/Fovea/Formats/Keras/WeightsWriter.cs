using PureHDF;

namespace Fovea.Formats.Keras;

/// <summary>
/// Writes Keras 3 weights: for every <see cref="WeightGroup"/> the group <c>PATH/vars</c>, empty ones included, with its name as
/// an attribute and its variables as contiguous arrays <c>0</c>, <c>1</c>, …
/// </summary>
internal static class WeightsWriter
{
    /// <summary>Writes a <c>.weights.h5</c> file, completely or not at all.</summary>
    public static void Write(string path, IEnumerable<WeightGroup> groups) => AtomicFile.Write(path, stream => Write(stream, groups));

    /// <summary>Writes to a stream that can be read and sought, from its beginning.</summary>
    public static void Write(Stream stream, IEnumerable<WeightGroup> groups)
    {
        var file = new H5File();
        foreach (var group in groups) Add(file, group);
        file.Write(stream, new H5WriteOptions(PreferCompactDatasetLayout: false));
    }

    private static void Add(H5Group root, WeightGroup group)
    {
        var variables = new H5Group();
        if (group.Name is not null) variables.Attributes["name"] = group.Name;
        foreach (var variable in group.Variables) variables[variable.Name] = ToDataset(variable);
        var owner = group.Path.Length == 0 ? root : Descend(root, group.Path);
        if (!owner.TryAdd("vars", variables)) throw new ArgumentException($"The group '{group.Path}' is there twice.", nameof(group));
    }

    /// <summary>The group at a path, made where it is not there.</summary>
    public static H5Group Descend(H5Group root, string path) => path.Split('/').Aggregate(root, Child);

    private static H5Group Child(H5Group parent, string name)
    {
        if (parent.TryGetValue(name, out var child)) return (H5Group)child;
        var created = new H5Group();
        parent[name] = created;
        return created;
    }

    /// <summary>An array as a dataset of its shape and type.</summary>
    public static H5Dataset ToDataset(StoredArray array) => array.Type switch
    {
        StoredType.Float32 => Of(array, array.BorrowFloats()),
        StoredType.Int64 => Of(array, array.ReadIntegers()),
        StoredType.Int32 => Of(array, Array.ConvertAll(array.ReadIntegers(), value => (int)value)),
        StoredType.UInt32 => Of(array, Array.ConvertAll(array.ReadIntegers(), value => (uint)value)),
        _ => throw new NotSupportedException($"The array '{array.Name}' holds {array.Type}; Float32, Int64, Int32 and UInt32 are written."),
    };

    private static H5Dataset Of<T>(StoredArray array, T[] values)
        where T : struct =>
        array.Shape.Rank == 0
            ? new H5Dataset<T>(values[0])
            : new H5Dataset<T[]>(values, fileDims: [.. array.Shape.Dimensions.ToArray().Select(dimension => (ulong)dimension)]);
}
