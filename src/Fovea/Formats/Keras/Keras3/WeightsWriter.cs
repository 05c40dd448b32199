using Fovea.Formats.Hdf5.Writing;

namespace Fovea.Formats.Keras;

/// <summary>
/// Writes Keras 3 weights. Each <see cref="WeightGroup"/>, empty ones included, becomes the group <c>PATH/vars</c>, with its name as an attribute and its
/// variables as the contiguous arrays <c>0</c>, <c>1</c>, …
/// </summary>
internal static class WeightsWriter
{
    /// <summary>Writes a <c>.weights.h5</c> file, completely or not at all.</summary>
    public static void Write(string path, IEnumerable<WeightGroup> groups) => AtomicFile.Write(path, stream => Write(stream, groups));

    /// <summary>Writes to a stream, from its beginning to its end.</summary>
    public static void Write(Stream stream, IEnumerable<WeightGroup> groups)
    {
        var root = new Hdf5NewGroup();
        foreach (var group in groups)
        {
            var variables = root.Group(group.Path.Length == 0 ? "vars" : $"{group.Path}/vars");
            if (variables.Attributes.Count > 0 || variables.Members.Count > 0)
                throw new ArgumentException($"The group '{group.Path}' occurs twice.", nameof(groups));
            if (group.Name is not null) variables.SetText("name", group.Name);
            foreach (var variable in group.Variables) variables.Add(variable.Name, variable);
        }

        Hdf5Writer.Write(stream, root);
    }
}
