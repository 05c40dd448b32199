using System.Globalization;
using Fovea.Formats.Hdf5;

namespace Fovea.Formats.Keras;

/// <summary>
/// A Keras 3 weights file (<c>model.weights.h5</c>, alone or in a .keras archive), opened for reading. The values of a variable are read on demand.
/// </summary>
internal sealed class WeightsFile : IDisposable
{
    private const string Variables = "vars";
    private const string EarlyLayers = "_layer_checkpoint_dependencies";

    private readonly Hdf5Reader reader;
    private readonly Dictionary<string, WeightGroup> groups = new(StringComparer.Ordinal);

    private WeightsFile(Hdf5Reader reader, string file)
    {
        this.reader = reader;
        FilePath = file;
        Collect(reader.Root);
        if (groups.Count == 0)
            throw ModelFormatException.About(file, reader.Root.FindGroup("model_weights") is null && reader.Root.ReadTexts("layer_names") is null
                ? $"expected Keras 3 weights, groups named 'layers/.../{Variables}'; the file has no group '{Variables}'."
                : "expected Keras 3 weights; this is a Keras 2 file.");
    }

    /// <summary>The file, for messages.</summary>
    public string FilePath { get; }

    /// <summary>All groups of variables, empty ones included, in the file's order (by name).</summary>
    public IReadOnlyCollection<WeightGroup> Groups => groups.Values;

    /// <summary>Opens a weights file on disk.</summary>
    /// <exception cref="ModelFormatException">The file is not a sound Keras 3 weights file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static WeightsFile Open(string path) => Own(Hdf5Reader.Open(path), path);

    /// <summary>Opens weights on a stream, which is then owned; <paramref name="file"/> is the name for messages.</summary>
    public static WeightsFile Open(Stream stream, string file) => Own(Hdf5Reader.Open(stream, file), file);

    /// <summary>The group at a path such as <c>layers/conv2d</c>, or null.</summary>
    public WeightGroup? Find(string path) => groups.GetValueOrDefault(path);

    /// <summary>Whether a group is at or below a path.</summary>
    public bool Contains(string path) => groups.ContainsKey(path) || groups.Keys.Any(key => key.StartsWith(path + "/", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private static WeightsFile Own(Hdf5Reader reader, string file)
    {
        try
        {
            return new WeightsFile(reader, file);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void Collect(Hdf5Group group)
    {
        foreach (var child in group.Groups)
        {
            if (child.Name == Variables || child.Name.EndsWith("\\" + Variables, StringComparison.Ordinal))
                Add(child);
            else
                Collect(child);
        }
    }

    private void Add(Hdf5Group variables)
    {
        // Early Keras 3 on Windows joined paths with backslashes; Keras 2.13 named the list of layers by its private field.
        var path = variables.Path.Replace('\\', '/');
        path = path.Length == Variables.Length ? "" : path[..^(Variables.Length + 1)];
        path = string.Join('/', path.Split('/').Select(part => part == EarlyLayers ? "layers" : part));
        var group = new WeightGroup(path, variables.ReadText("name"), Order(variables));
        if (groups.TryAdd(path, group)) return;
        if (groups[path].Variables.Count > 0 && group.Variables.Count > 0)
            throw ModelFormatException.About(FilePath, $"the group '{path}' occurs twice.");
        if (group.Variables.Count > 0) groups[path] = group;
    }

    /// <summary>The numbered variables in the order of their numbers, then those that a custom layer saved by name, in the file's order.</summary>
    private StoredArray[] Order(Hdf5Group variables)
    {
        var arrays = variables.Arrays.Select(array => array.ToStored()).OrderBy(NumberOf).ToArray();
        var numbered = arrays.Count(array => NumberOf(array) < int.MaxValue);
        for (var i = 0; i < numbered; i++)
        {
            if (NumberOf(arrays[i]) != i)
                throw ModelFormatException.About(
                    FilePath, $"the group '{variables.Path}' has {numbered} numbered variables; expected '{i}' among them, received '{arrays[i].Name}'.");
        }

        return arrays;
    }

    private static int NumberOf(StoredArray array) =>
        int.TryParse(array.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
}
