namespace Fovea;

/// <content>Names of layers that were given none.</content>
public abstract partial class Layer
{
    /// <summary>The class and, if it has one, the name: <c>Conv2D 'conv1'</c>.</summary>
    public override string ToString() => name is null ? ClassName : $"{ClassName} '{name}'";

    /// <summary>Names layers that have no name after their class, as Keras does: conv2d, conv2d_1, …</summary>
    /// <exception cref="ArgumentException">Two layers have one name.</exception>
    internal static void NameLayers(IReadOnlyList<Layer> layers)
    {
        var taken = new HashSet<string>();
        foreach (var layer in layers)
        {
            if (layer.IsNamed && !taken.Add(layer.Name))
                throw new ArgumentException($"Model: two layers are named '{layer.Name}'; names must be unique.");
        }

        foreach (var layer in layers.Where(layer => !layer.IsNamed))
        {
            var stem = layer.Name;
            var name = stem;
            for (var number = 1; !taken.Add(name); number++) name = $"{stem}_{number}";
            layer.Name = name;
        }
    }
}
