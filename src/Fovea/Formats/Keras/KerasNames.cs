namespace Fovea.Formats.Keras;

/// <summary>
/// The names of layers in a file. A layer keeps its name unless a reader of the format would refuse it. Keras 3 refuses a name with a slash (its
/// applications call the layer <c>conv1/conv</c> of Keras 2 <c>conv1_conv</c>). HDF5 has no empty names, and ends names at a zero byte.
/// </summary>
internal sealed class KerasNames
{
    private readonly Dictionary<Layer, string> renamed = [];

    private KerasNames()
    {
    }

    /// <summary>Every layer keeps its name.</summary>
    public static KerasNames Unchanged { get; } = new();

    /// <summary>The name of a layer in the file.</summary>
    public string this[Layer layer] => renamed.GetValueOrDefault(layer) ?? layer.Name;

    /// <summary>The names that Keras 3 accepts, without slashes.</summary>
    public static KerasNames ForKeras3(Model model) => Create(model, InKeras3);

    /// <summary>The name of a layer in Keras 3, unless another layer has it.</summary>
    public static string InKeras3(string name) => WithoutZeros(name.Length == 0 ? "_" : name.Replace('/', '_'));

    /// <summary>The names that are valid paths of an HDF5 file: no part between slashes is empty or a dot.</summary>
    public static KerasNames ForHdf5(Model model) =>
        Create(model, name => WithoutZeros(string.Join('/', name.Split('/').Select(part => part is "" or "." ? "_" : part))));

    private static string WithoutZeros(string name) => name.Replace('\0', '_');

    private static KerasNames Create(Model model, Func<string, string> accepted)
    {
        var names = new KerasNames();
        var layers = All(model).Distinct().ToList();
        var taken = layers.Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var layer in layers.Where(layer => accepted(layer.Name) != layer.Name))
        {
            var (wanted, number) = (accepted(layer.Name), 0);
            var name = wanted;
            while (!taken.Add(name)) name = $"{wanted}_{++number}";
            names.renamed[layer] = name;
        }

        return names;
    }

    private static IEnumerable<Layer> All(Model model) => [model, .. model.Layers.SelectMany(layer => layer is Model within ? All(within) : [layer])];
}
